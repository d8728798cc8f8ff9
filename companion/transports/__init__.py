"""The ways out and in that belong to Twilio: sending, webhook signatures, and the answer to a webhook."""
