"""`erc`: everything that is done to the service from a shell.

Each command is a few lines around what the rooms offer; with `--json` standard output holds that
JSON alone.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import DatabaseError, OperationalError

from app import demo as demonstration
from app import reference
from app.access import service as access
from app.access.queries import roles_of
from app.demo import chain as demonstration_chain
from app.demo.chain import ChainBroken
from app.employer_pays.ledger import command as ledger_command
from app.employer_pays.rates import command as rates_command
from app.kernel.clock import UnreadableClock
from app.kernel.errors import DomainError
from app.kernel.roles import SYSTEM
from app.lifecycle import worker
from app.lifecycle.journal import Workbench, first_broken_link
from app.main import MACHINES, READERS, TASKS, create_app, describe
from app.migration import is_current
from app.migration import migrate as migrate_database
from app.platform import keys
from app.platform.database import Database, UnusableDatabase, is_unusable
from app.platform.keys import UnusableKey
from app.platform.logging import configure as configure_logging
from app.platform.patience import server_options
from app.platform.sole_process import AlreadyRunning, sole_process
from app.platform.walls import UnusableRole
from app.recruiters import import_report, look_alikes, mapping
from app.recruiters.register import PLAIN
from app.recruiters.register_command import ImportReport, Options, imported, row_as_json
from app.registry.comparison import first_difference
from app.scheme import standard_command
from app.settings import Settings, UnusableSettings, load

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
admin = typer.Typer(no_args_is_help=True, help="People who run the scheme.")
imports = typer.Typer(no_args_is_help=True, help="Bring in what others publish.")
demo = typer.Typer(invoke_without_command=True, help="Demonstration data, and the whole chain.")
journal = typer.Typer(no_args_is_help=True, help="The journal of every move.")
cli.add_typer(admin, name="admin")
cli.add_typer(imports, name="import")
cli.add_typer(demo, name="demo")
cli.add_typer(journal, name="journal")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
_errors = Console(stderr=True)


class NotMigrated(Exception):
    """The database is not at this version's schema."""


_MENDABLE = (
    AlreadyRunning,
    ChainBroken,
    NotMigrated,
    UnreadableClock,
    UnusableDatabase,
    UnusableKey,
    UnusableRole,
    UnusableSettings,
)


def main() -> None:
    """Run `erc`; what a person can mend ends in one sentence and exit code 2.

    What any command makes is its owner's alone. SQLite opens its files with mode 0644, and beside
    the database again and again: only the process's mask keeps names, secrets' hashes and free text
    from everybody else on the machine.
    """
    os.umask(0o077)
    configure_logging("error")
    try:
        cli()
    except DatabaseError as error:
        if not is_unusable(error):
            raise
        how = "does not answer" if isinstance(error, OperationalError) else "cannot be used"
        _give_up(f"the database {how}: {str(error.orig).partition(chr(10))[0]}")
    except OSError as error:
        _give_up(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (*_MENDABLE, DomainError) as error:
        _give_up(str(error))


def _give_up(why: str) -> NoReturn:
    _errors.print(f"erc: {why}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(2)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at.")] = None,
) -> None:
    """Serve the API, and do the work that is not a request beside it."""
    chosen = {"host": host, "port": port}
    settings = load(**{name: value for name, value in chosen.items() if value is not None})
    configure_logging(settings.log_level)
    app = create_app(settings)
    if not is_current(app.state.workbench.database, MACHINES):
        raise NotMigrated("the database is not at this version: run erc migrate first")
    with _one_server(app.state.workbench.database), _worker(app.state.workbench):
        if _errors.is_terminal:
            _errors.print(_welcome(settings), highlight=False, markup=False, soft_wrap=True)
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=30,
            **server_options(),
        )


@cli.command()
def work() -> None:
    """Do the work that is not a request, apart from the server."""
    settings = load()
    configure_logging(settings.log_level)
    with _workbench(settings) as workbench, _one_server(workbench.database):
        worker.run(workbench, TASKS, Event())


@cli.command()
def migrate(
    grant_to: Annotated[
        str | None,
        typer.Option(help="The PostgreSQL role that serves: gets what it needs, no more."),
    ] = None,
) -> None:
    """Bring the database to this version: schema, then lifecycle rules."""
    with _workbench(load(), current=False) as workbench:
        added = migrate_database(workbench.database, MACHINES, grant_to=grant_to)
    typer.echo(f"the database is current; {added} lifecycle rules added")


@cli.command()
def openapi() -> None:
    """Print the API's contract as OpenAPI 3.1."""
    typer.echo(contract())


@cli.command()
def docs(folder: Path = Path("docs/reference")) -> None:
    """Draw the reference pages from the live service."""
    for path in reference.write(describe(load()), folder):
        typer.echo(f"wrote {path}")


@admin.command("create")
def admin_create(name: str, email: str, as_json: AsJson = False) -> None:
    """Make the first administrator, a scheme manager; prints a client id and its secret."""
    with _workbench(load()) as workbench, workbench.begin(SYSTEM) as started:
        created = access.create_first_administrator(started, name=name, email=email)
    if as_json:
        typer.echo(json.dumps({"client_id": created.client_id, "client_secret": created.secret}))
        return
    typer.echo(f"{name} is scheme manager.")
    typer.echo(f"client_id      {created.client_id}")
    typer.echo(f"client_secret  {created.secret}    (shown this once)")


@imports.command("register")
def import_register(
    file: Path,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2, such as BD.")],
    mapping_file: Annotated[
        Path | None, typer.Option("--mapping", help="How the file names its columns (JSON).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each row: a .csv or .xlsx file.")
    ] = None,
    may_shrink: Annotated[
        bool,
        typer.Option("--may-shrink", help="Accept a file that lacks over half of what is known."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a government's register of licensed recruiters (CSV with header, UTF-8)."""
    if report is not None:
        import_report.check(report)
    options = Options(
        PLAIN if mapping_file is None else mapping.load(mapping_file), dry_run, may_shrink
    )
    with _workbench(load()) as workbench:
        with (
            _progress(file.name, quiet=as_json) as advance,
            imported(workbench, file, country, advance, options) as done,
        ):
            if report is not None:
                import_report.write(report, done.rows())
            (_print_json if as_json else _tell)(done)
        look_alikes.compare_imports(workbench)


@imports.command("standard")
def import_standard(
    file: Path,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draft a version of the standard from its owner's text (JSON); two people publish it."""
    with _workbench(load()) as workbench:
        done = standard_command.import_file(workbench, file, dry_run=dry_run)
    typer.echo(json.dumps(done.as_json(), ensure_ascii=False) if as_json else done.as_text())
    if done.faults:
        raise typer.Exit(2)


@imports.command("ledger")
def import_ledger(
    file: Path,
    recruiter: Annotated[str, typer.Option(help="Its number (LRN…) or id.")],
    mapping_file: Annotated[
        Path | None, typer.Option("--mapping", help="Which column holds what (JSON).")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="How numbers are written in it, such as bn-BD.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read every line and record nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record a recruiter's ledger of charges, CSV or XLSX: every line, or none and every fault."""
    settings = load()
    options = ledger_command.Options(mapping_file, locale, dry_run)
    with _workbench(settings) as workbench, _progress(file.name, quiet=as_json) as advance:
        done = ledger_command.import_file(
            workbench, keys.load(settings).pseudonym, file, recruiter, options, advance
        )
    if as_json:
        typer.echo(json.dumps(done.as_json(), ensure_ascii=False))
    else:
        typer.echo(f"{done.lines} lines, {done.recorded} recorded, {done.faulty} with a fault")
        for fault in done.faults:
            typer.echo(f"line {fault.line}: {fault.field}: {fault.detail}")
    if done.faulty:
        raise typer.Exit(1)


@imports.command("rates")
def import_rates(file: Path, as_json: AsJson = False) -> None:
    """Import exchange rates from a CSV file: base,quote,on,rate,source."""
    with _workbench(load()) as workbench:
        done = rates_command.import_file(workbench, file)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(f"{done.added} rates added, {done.unchanged} were there already")


@demo.callback()
def demo_data(context: typer.Context, as_json: AsJson = False) -> None:
    """Fill an empty database with invented companies in every state; again, it only reports."""
    if context.invoked_subcommand is None:
        gc.set_threshold(20_000)  # the usual 700 costs a tenth of the time, and saves no memory
        with _progress("demonstration", quiet=as_json) as advance:
            made = demonstration.fill(load(), advance)
        typer.echo(json.dumps(made.as_json(), ensure_ascii=False) if as_json else made.as_text())


@demo.command("chain")
def demo_chain(as_json: AsJson = False) -> None:
    """Walk from register to verified certificate over HTTP, in a sandbox of its own."""
    demonstration_chain.walk(as_json=as_json)


@journal.command("check")
def journal_check() -> None:
    """Recompute the journal's chain and the registry; exit code 1 where either is wrong."""
    with _workbench(load()) as workbench, workbench.database.read() as session:
        broken = first_broken_link(session)
        differs = first_difference(session) if broken is None else None
    if broken is not None:
        _errors.print(f"the chain is broken at position {broken}", style="red")
        raise typer.Exit(1)
    if differs is not None:
        _errors.print(f"the registry does not say of {differs} what the journal says", style="red")
        raise typer.Exit(1)
    typer.echo("the chain is whole, and the registry follows it")


def _welcome(settings: Settings) -> str:
    """One line for whoever started the server by hand."""
    pages = f", documentation at {settings.public_url}/docs" if settings.docs else ""
    return f"Serving {settings.public_url} from {settings.host}:{settings.port}{pages}"


def contract() -> str:
    """The text of openapi/openapi.json; the same whatever the settings of this machine."""
    app = describe(Settings(public_url="http://127.0.0.1:8000"))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False)


@contextmanager
def _workbench(settings: Settings, *, current: bool = True) -> Iterator[Workbench]:
    """Raises NotMigrated, unless the database need not be `current`."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_url)
    try:
        if current and not is_current(database, MACHINES):
            raise NotMigrated("the database is not at this version: run erc migrate first")
        yield Workbench(database, settings.build_clock(), READERS, roles_of)
    finally:
        database.dispose()


@contextmanager
def _one_server(database: Database) -> Iterator[None]:
    with sole_process(Path(database.url.database or "")) if database.is_sqlite else nullcontext():
        yield


@contextmanager
def _worker(workbench: Workbench) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=worker.run, args=(workbench, TASKS, stop), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[demonstration.Advance]:
    shown = Console(stderr=True, quiet=quiet)
    with Progress(console=shown, transient=True, disable=quiet or not shown.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(report: ImportReport) -> None:
    typer.echo(", ".join(f"{count} {outcome}" for outcome, count in report.counts.items()))
    for row in report.rows():
        if said := row.reason or row.warning:
            where = f"licence {row.licence_number}" if row.line is None else f"line {row.line}"
            typer.echo(f"{where}: {row.outcome}: {said}")


def _print_json(report: ImportReport) -> None:
    """One document, written row by row: a register may have more rows than memory takes."""
    sys.stdout.write(json.dumps(report.as_json())[:-1] + ', "rows": [')
    for place, row in enumerate(report.rows()):
        sys.stdout.write(", " if place else "")
        sys.stdout.write(json.dumps(row_as_json(row), ensure_ascii=False))
    sys.stdout.write("]}\n")
