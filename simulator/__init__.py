"""A stand-in for Twilio over real HTTP, for the demo and the tests.

It speaks the part of Twilio's REST API that the product uses, posts genuinely signed webhooks, has a phone
page where one writes as the customer, and a control API that makes it misbehave on purpose. Nothing here
reaches a real phone, and the product never imports it.
"""
