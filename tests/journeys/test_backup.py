"""An operator backs up a running gym and restores it beside the original."""

import hashlib
import subprocess
import tarfile
from pathlib import Path

import psycopg2
import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"


def run(command, gym, *arguments):
    words = [SCRIPTS / command, "--config", gym.config, *arguments]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True)


def rows_by_table(gym, database):
    counts = {}
    for (table,) in gym.query(TABLES, database):
        counts[table] = gym.query(f'SELECT count(*) FROM "{table}"', database)[0][0]
    return counts


def files_of(gym, database):
    root = gym.data_dir / "filestore" / database
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file() and "checklist" not in file.parts
    }


def databases(gym):
    return {name for (name,) in gym.query("SELECT datname FROM pg_database")}


@pytest.fixture(scope="module")
def backup_file(gym, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    done = run("backup", gym, "--db", gym.database, folder)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.tar"))


@pytest.fixture
def restored(gym):
    name = f"{gym.database}_restored"
    yield name
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.close()


def test_a_restored_gym_has_every_row_and_every_file(gym, backup_file, restored):
    done = run("restore", gym, "--db", restored, backup_file)
    assert done.returncode == 0, done.stderr
    before, after = rows_by_table(gym, gym.database), rows_by_table(gym, restored)
    # the running server writes on: its sessions, crons and bus move between the two moments
    moving = {name for name in before if name.startswith(("bus_", "ir_cron", "queue_job", "mail_presence"))}
    assert {name: before[name] for name in set(before) - moving} == {
        name: count for name, count in after.items() if name not in moving
    }
    dumped = {path: digest for path, digest in files_of(gym, gym.database).items() if path in files_of(gym, restored)}
    assert dumped == files_of(gym, restored)
    named = {path for (path,) in gym.query("SELECT store_fname FROM ir_attachment WHERE store_fname <> ''", restored)}
    assert named <= set(files_of(gym, restored))


def test_a_backup_is_for_its_owner_only(backup_file):
    assert backup_file.stat().st_mode & 0o077 == 0


def test_restoring_over_a_living_database_changes_nothing(gym, backup_file):
    before = gym.query("SELECT oid FROM pg_database WHERE datname = current_database()")
    done = run("restore", gym, "--db", gym.database, backup_file)
    assert done.returncode == 1
    assert "already" in done.stderr
    assert gym.query("SELECT oid FROM pg_database WHERE datname = current_database()") == before


def test_a_damaged_backup_is_refused_and_leaves_no_database(gym, backup_file, restored, tmp_path):
    with tarfile.open(backup_file) as tar:
        offset = tar.getmember("database.dump").offset_data + 5000
    damaged = tmp_path / "damaged.tar"
    content = bytearray(backup_file.read_bytes())
    content[offset] ^= 0xFF
    damaged.write_bytes(content)
    done = run("restore", gym, "--db", restored, damaged)
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not {name for name in databases(gym) if name.startswith(restored)}


def test_a_file_of_something_else_is_refused(gym, restored, tmp_path):
    other = tmp_path / "other.tar"
    other.write_text("not a backup")
    done = run("restore", gym, "--db", restored, other)
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert restored not in databases(gym)
