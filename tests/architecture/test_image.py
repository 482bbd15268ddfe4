"""What the image and the composition are made of, read from their files.

This reads what is written: it builds no image and starts no container.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]

Stage = list[tuple[str, str]]


def stages(dockerfile: str) -> list[Stage]:
    """The stages of a Dockerfile, each a list of instruction and arguments, FROM first."""
    lines = [line for line in dockerfile.splitlines() if not line.startswith("#")]
    result: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        instruction, _, arguments = line.partition(" ")
        if instruction == "FROM":
            result.append([])
        result[-1].append((instruction, arguments))
    return result


def of(stage: Stage, instruction: str) -> list[str]:
    return [arguments for name, arguments in stage if name == instruction]


@pytest.fixture(scope="module")
def build() -> Stage:
    return stages((CHECKOUT / "Dockerfile").read_text())[0]


@pytest.fixture(scope="module")
def final() -> Stage:
    return stages((CHECKOUT / "Dockerfile").read_text())[-1]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    composition: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
    return composition


def test_it_is_built_in_one_stage_and_run_in_another(build: Stage, final: Stage) -> None:
    assert build[0][1] == f"{final[0][1]} AS build"
    assert {"--from=build"} == {copied.split()[0] for copied in of(final, "COPY")}


def test_everything_installed_was_locked_with_its_hash(build: Stage) -> None:
    installs = [part for run in of(build, "RUN") for part in run.split("&&") if " install " in part]
    assert installs
    for install in installs:
        assert "--no-deps --require-hashes -r requirements.lock" in install or (
            "--no-deps" in install and "--no-build-isolation" in install
        )


def test_nothing_is_built_or_fetched_in_the_final_stage_and_no_tool_for_it_remains(
    build: Stage, final: Stage
) -> None:
    runs = " ".join(of(final, "RUN"))
    assert not re.search(r"\b(install|apt|apt-get|curl|wget|gcc|make)\b", runs)
    assert re.search(r"pip uninstall .*\bsetuptools wheel pip\b", runs)
    assert "venv --without-pip" in of(build, "RUN")[0]
    assert "uninstall --yes flit_core" in of(build, "RUN")[-1]


def test_it_does_not_run_as_root(final: Stage) -> None:
    (user,) = of(final, "USER")
    assert int(user) > 0
    assert f"--uid {user}" in " ".join(of(final, "RUN"))
    assert [name for name, _ in final].index("USER") > [name for name, _ in final].index("RUN")


def test_it_says_whether_it_is_healthy_and_what_it_runs(final: Stage) -> None:
    (healthcheck,) = of(final, "HEALTHCHECK")
    program = json.loads(healthcheck.partition("CMD ")[2])[-1]
    compile(program, "HEALTHCHECK", "exec")
    assert "/readyz" in program
    assert [json.loads(command)[:2] for command in of(final, "CMD")] == [["erc", "serve"]]


def test_what_is_copied_into_it_is_let_through_to_it(build: Stage) -> None:
    let_through = {
        line.removeprefix("!")
        for line in (CHECKOUT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {source for copy in of(build, "COPY") for source in copy.split()[:-1]}
    assert copied == let_through
    assert all((CHECKOUT / name).exists() for name in copied)


def test_the_composition_is_the_service_on_postgresql_16(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["database"]["image"] == "postgres:16"
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "healthcheck" not in services["service"], "the image brings its own"
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["service"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"}
    }


def test_it_holds_no_secret_and_starts_with_none_left_out(compose: dict[str, Any]) -> None:
    services = compose["services"]
    required = re.compile(r"\$\{(POSTGRES_PASSWORD|SERVICE_PASSWORD|ERC_PUBLIC_URL):\?[^}]+\}")
    assert required.fullmatch(services["database"]["environment"]["POSTGRES_PASSWORD"])
    for who in ("service", "migrate"):
        settings = services[who]["environment"]
        assert required.fullmatch(settings["ERC_PUBLIC_URL"])
        assert required.search(settings["ERC_DATABASE_URL"])
    assert required.search(compose["configs"]["role"]["content"])


def test_who_serves_is_not_who_owns_the_tables(compose: dict[str, Any]) -> None:
    services = compose["services"]
    owner, role = services["database"]["environment"]["POSTGRES_USER"], "erc_service"
    assert f"//{owner}:" in services["migrate"]["environment"]["ERC_DATABASE_URL"]
    assert f"//{role}:" in services["service"]["environment"]["ERC_DATABASE_URL"]
    assert services["migrate"]["command"][-2:] == ["--grant-to", role]
    assert f"CREATE ROLE {role} LOGIN" in compose["configs"]["role"]["content"]
