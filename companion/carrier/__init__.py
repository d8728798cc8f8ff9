"""
The local carrier: a mobile network and Twilio's message API on this machine, with a phone page.

It speaks Twilio's HTTP both ways (REST in; signed webhooks and status callbacks out), so the real client
and the real webhook code run against it. It holds the ground truth of what every phone got.
"""
