"""Files in, through the console: send, look, match, try, take; and afterwards mend, or take back."""
