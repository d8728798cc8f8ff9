"""Pure decisions: no clock, environment, file, database, Flask or Twilio."""
