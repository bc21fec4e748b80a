"""One module a dashboard, and what they share: PromQL, panels, the shell around them."""
