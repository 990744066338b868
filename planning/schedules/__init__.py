"""The tables of a budget paper: what workbook, paper and page show, made once."""
