"""What each speed claim is measured with: the peer or the limit runs beside us, and the ratio is printed."""
