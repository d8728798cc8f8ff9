"""
The companion: an SMS appointment companion for people with acute lymphoblastic leukaemia.

Patients text keywords and get questions to ask; reminders carry those questions before each visit.
The floors, top to bottom: cli; web, worker, carrier; bootstrap; settings; services; storage,
transports, catalogue; domain; records; errors. Each floor imports only the floors below it.
"""
