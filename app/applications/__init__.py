"""Applications for certification, from the draft to the contract with an audit company (DOMAIN §5).

The accepted and contracted application is the certification case: its id is the id of the case.
"""
