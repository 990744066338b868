"""What anything is published with: files, workbook, charts, views; it knows of no case."""
