"""Recruiters that look like others, one that states itself whole, and a register: all invented.

Every state of a look-alike and of an entry occurs; through the API but for the register, which a
government publishes as a file.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.demo.case import Case
from app.demo.cast import Cast
from app.demo.stage import Caller, Json
from app.kernel.roles import Role
from app.lifecycle.journal import Workbench
from app.recruiters.register_command import imported

_REBORN = ("সবুজ সাঁকো ইন্টারন্যাশনাল", "BD")
_CLEARED = ("Paper Lantern Staffing", "IN")
_ANOTHER = ("Daraja ya Asubuhi", "KE")
_UNSEEN = ("Copper Tern Recruiting", "LK")
_THE_SAME = ("PT Melati Senja Persada", "ID")
_STATES_ITSELF = "Cầu Tre Xanh Nhân Lực"
_FOUND_BY = "cau tre xanh"
_REGISTER = """licence_country,licence_number,name,address,status,valid_until
VN,VN-00310,Cầu Tre Xanh Nhân Lực,"12 Hàng Bạc, Hà Nội",suspended,
VN,VN-00311,Sen Hồng Lao Động,"7 Lý Thường Kiệt, Hà Nội",valid,2031-12-31
VN,VN-00312,Lục Bình Lao Động,"3 Bạch Đằng, Đà Nẵng",expired,2025-06-30
"""


def enter(cast: Cast, cases: Sequence[Case], workbench: Workbench) -> None:
    """Enter the look-alikes, rule on them, merge two entries, and let one state itself."""
    manager, reviewer = cast.one(Role.SCHEME_MANAGER), cast.one(Role.APPLICATION_REVIEWER)
    for name, country in (_REBORN, _CLEARED, _ANOTHER, _UNSEEN, _THE_SAME):
        organisation = manager.post(
            "/v1/organisations", {"kind": "recruiter", "name": name, "country": country}
        )
        manager.post(
            "/v1/recruiters",
            {"organisation_id": organisation["id"], "name": name, "country": country},
        )
    links = {
        link["recruiter"]["name"]: link
        for link in reviewer.get("/v1/look-alikes?state=proposed&limit=200")["items"]
    }
    _rule(reviewer, links[_REBORN[0]], "confirm", "The same office and the same two directors.")
    _rule(reviewer, links[_CLEARED[0]], "confirm", "The former owner's son, at another address.")
    _rule(
        cast.one(Role.INTEGRITY_OFFICER),
        links[_CLEARED[0]],
        "clear",
        "New owners, new management; the old debts to workers are repaid.",
    )
    _rule(reviewer, links[_ANOTHER[0]], "dismiss", "Another county, other owners, since 1998.")
    same = links[_THE_SAME[0]]
    manager.post(
        f"/v1/recruiters/{same['recruiter']['recruiter_id']}/merge",
        {"into": same["other"]["recruiter_id"], "reason_code": "same_legal_entity"},
    )
    _state(next(case for case in cases if case.company.name == _STATES_ITSELF))
    _import(workbench)


def _rule(who: Caller, link: Json, action: str, note: str) -> None:
    who.post(f"/v1/look-alikes/{link['id']}/{action}", {"note": note})


def _state(case: Case) -> None:
    """A recruiter whole, found by its name without diacritics."""
    recruiter, today = case.recruiter, case.today
    (found,) = recruiter.get(f"/v1/recruiters?name={_FOUND_BY}")["items"]
    path = f"/v1/recruiters/{found['id']}"
    recruiter.put(
        f"{path}/profile",
        {
            "latin_name": "Cau Tre Xanh Human Resources",
            "trading_names": [{"name": "Green Bamboo Bridge"}],
            "registrations": [
                {"country": "VN", "authority": "Business Registry", "number": "0100000310"}
            ],
            "addresses": [{"kind": "office", "lines": "12 Hàng Bạc, Hà Nội", "country": "VN"}],
            "phones": ["+84 24 5555 0100"],
            "owners": [{"name": "Tre Xanh Holdings", "country": "VN", "share": 70}],
            "sites": [{"name": "Head office", "country": "VN", "city": "Hà Nội"}],
            "corridors": ["VN-JP"],
            "sectors": ["agriculture"],
        },
    )
    recruiter.post(
        f"{path}/licences",
        {
            "country": "VN",
            "number": "VN-00310",
            "authority": "Department of Overseas Labour",
            "valid_from": str(today - timedelta(days=800)),
        },
    )
    agent = recruiter.post(
        f"{path}/partners", {"kind": "sub_agent", "name": "Sông Hồng Agents", "country": "VN"}
    )["id"]
    recruiter.post(
        f"{path}/placements",
        {
            "placements": [
                {
                    "pseudonym": f"W-{number:05}",
                    "corridor": "VN-JP",
                    "employer": ("Morning Field Farms", "Aoba Greenhouses")[number % 2],
                    "partner_id": agent if number % 3 else None,
                    "gender": ("female", "male")[number % 2],
                    "cohort": f"{today.year - 1}-Q{number % 4 + 1}",
                    "arrived_on": str(today - timedelta(days=60 + number)),
                }
                for number in range(case.company.workers)
            ]
        },
    )


def _import(workbench: Workbench) -> None:
    """What the register of Vietnam says: it disputes a licence, and so every answer warns."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_text(_REGISTER, encoding="utf-8")
        with imported(workbench, path, "VN", lambda _done, _size: None):
            pass
