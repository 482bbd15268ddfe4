"""The routes of the scheme's rules: what everybody is judged by, for everybody to read."""

from app.access.http import Router
from app.scheme.families import POLICIES, RULE_SETS, STANDARDS
from app.scheme.schemas import PolicyView, StandardView, VersionView
from app.scheme.version_routes import declare

router = Router(prefix="/v1", tags=["scheme"])

declare(router, STANDARDS, name="standard", parameter="code", view=StandardView)
declare(router, POLICIES, name="policy", parameter="version", view=PolicyView)
declare(router, RULE_SETS, name="rule_set", parameter="version", view=VersionView)
