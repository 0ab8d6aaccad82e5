"""What the index keeps of one study."""
