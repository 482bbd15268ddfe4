"""Many who come with one secret at the same moment (SECURITY R5, DOMAIN §3)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.access.invitations import service as invitations
from app.access.lifecycle import Kind
from app.access.models import Person
from app.access.rules import RULES
from app.access.sessions.service import Accounts, SignedIn, SignInRefused, open_session
from app.kernel.clock import SystemClock
from app.kernel.errors import DomainError
from app.kernel.roles import ANYONE, SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import Workbench, history
from app.platform.database import Database
from app.platform.passwords import Passwords
from app.platform.rate_limits import RateLimits
from tests.effort import rounds
from tests.making import access as make

PASSWORD = "four words are enough"


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(
        Workbench(database, SystemClock()),
        Passwords(memory_kib=64, passes=1, at_once=50),
        RateLimits.over(database),
        RULES,
    )


def at_once(count: int, attempt: Callable[[], object]) -> Iterator[object]:
    """What so many attempts at the same moment are answered, refusals as None."""
    start = Barrier(count)

    def one(_number: int) -> object:
        start.wait()
        try:
            return attempt()
        except DomainError:
            return None

    with ThreadPoolExecutor(count) as pool:
        yield from pool.map(one, range(count))


def test_of_many_who_send_one_refresh_token_one_is_answered_and_the_family_dies(
    accounts: Accounts,
) -> None:
    """R5: 50 at once, each round; a refresh token has no grace."""
    with accounts.workbench.begin(SYSTEM) as work:
        amina = make.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)
    for _ in range(rounds(20, 200)):
        with accounts.workbench.begin(ANYONE) as work:
            signed_in = open_session(work, journal.lock(work, Person, amina.person), RULES)

        def refresh(token: str = signed_in.refresh_token) -> object:
            return accounts.refresh(token)

        answers = list(at_once(50, refresh))
        winners = [answer for answer in answers if isinstance(answer, SignedIn)]
        assert len(winners) <= 1
        with accounts.workbench.database.read() as session:
            moves = history(session, "session", signed_in.session.id)
        assert [move.reason_code for move in moves] == [None, "refresh_reused"]
        for winner in winners:
            with pytest.raises(SignInRefused):
                accounts.refresh(winner.refresh_token)


def test_of_two_who_accept_one_invitation_one_enters(accounts: Accounts) -> None:
    with accounts.workbench.begin(SYSTEM) as work:
        inviter = make.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER)
    for number in range(rounds(20, 200)):
        with accounts.workbench.begin(inviter.actor) as work:
            made = invitations.invite(
                work, RULES, email=f"a{number}@example.org", roles=[Role.AUDITOR]
            )

        def enter(token: str = made.token) -> object:
            return invitations.accept(accounts, token, name="Amina", password=PASSWORD)

        entered = [answer for answer in at_once(4, enter) if answer is not None]
        assert len(entered) == 1
        with accounts.workbench.database.read() as session:
            moves = history(session, "invitation", made.invitation.id)
        assert [move.action for move in moves] == ["invite", "accept"]
