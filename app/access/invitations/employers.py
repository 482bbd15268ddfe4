"""Employers sign themselves up, without anybody's approval (DOMAIN §3)."""

from app.access.lifecycle import Kind
from app.access.service import AddressTaken, create_organisation, create_person, grant
from app.access.sessions.service import Accounts, good_password
from app.kernel.roles import ANYONE, SYSTEM, Role


def sign_up(
    accounts: Accounts,
    *,
    organisation: str,
    country: str,
    name: str,
    email: str,
    password: str,
    caller: str,
) -> None:
    """An employer and its first person, who can sign in.

    Where somebody has this address nothing is made and nobody is told: the work is the same, and
    so is the answer (SECURITY R10). `caller` is the network address that asks. Raises Invalid,
    TooManyRequests.
    """
    accounts.limits.count(accounts.rules.sign_ups_of_an_address, caller)
    accounts.limits.count(accounts.rules.sign_ups_in_total)
    made = accounts.passwords.hash(good_password(password, "/password", email))
    try:
        with accounts.workbench.begin(ANYONE) as work:
            company = create_organisation(
                work, kind=Kind.EMPLOYER, name=organisation, country=country, action="sign_up"
            )
            person = create_person(
                work,
                organisation=company.id,
                name=name,
                email=email,
                action="sign_up",
                password_hash=made,
            )
            grant(work.acting_as(SYSTEM), person=person.id, role=Role.EMPLOYER, reason="signed_up")
    except AddressTaken:
        return
