"""History to calibrated forecast and backtest."""
