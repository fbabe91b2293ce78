"""What the product does: functions; the actor and the moment are always passed in."""
