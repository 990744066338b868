"""Two plans side by side: what changed from one to the other, and why, in steps that add up."""
