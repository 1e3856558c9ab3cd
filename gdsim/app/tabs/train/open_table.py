"""From a file to points: reads it in pieces, asks in a dialog what its columns are, and hands the points on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gdsim.app.context import Context
from gdsim.app.file_names import UNKNOWN, path_of_answer, readable
from gdsim.app.files import FileProblem
from gdsim.app.resources import resource
from gdsim.app.saving import FOLDER, folder
from gdsim.app.tabs.train.import_dialog import ImportDialog, ready
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.ticker import Job
from gdsim.core.csv_table import SAMPLES, Table, TableProblem, read_in_pieces, read_table, table_to_data
from gdsim.core.datasets import Data

_FILTER = "Tables (*.csv *.tsv *.txt);;All files (*)"
_LARGEST = 100_000_000  # bytes
_PIECE = 2_000_000
_PATIENCE = 25  # frames, about 0.4 s, after which the dialog shows how far it is


class TableOpener:
    """One file at a time.  What is wrong with it is said in passing, and nothing else happens."""

    def __init__(self, context: Context, session: TrainSession, parent: QWidget) -> None:
        self._context, self._session, self._parent = context, session, parent
        self._job: Job | None = None
        self._frames = 0
        self._source = b""
        self._table: Table | None = None
        self._problem = ""
        self.dialog: ImportDialog | None = None

    def ask(self) -> None:
        """The system's own dialog for a file."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open a table", str(folder(self._context)), _FILTER)
        if name:
            self.accept(path_of_answer(name))

    def accept(self, path: Path) -> None:
        """Read this file, and ask what its columns are."""
        self.stop()
        self._frames, self._source, self._table, self._problem = 0, b"", None, ""
        self._job = self._context.ticker.pull(
            self._reading(path), done=lambda: self._read(path), progress=lambda share: self._progressed(path, share)
        )

    def sample(self, key: str) -> None:
        """A shipped table, with the columns that are worth choosing first."""
        sample = SAMPLES[key]
        table = read_table(resource("data", sample.file).read_bytes())
        self._load(table_to_data(table, sample.inputs, sample.target, sample.kind), sample.title)

    def stop(self) -> None:
        """Give up what is being read, and close the dialog."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self.dialog is not None:
            self.dialog.close()

    def _reading(self, path: Path) -> Iterator[float]:
        """Yields the share that has been read."""
        try:
            pieces = bytearray()
            for piece in _bytes_of(path):
                pieces += piece
                yield 0.0
            self._source = bytes(pieces)
            for reading in read_in_pieces(self._source):
                self._table = reading.table
                yield reading.share
        except (FileProblem, TableProblem) as problem:
            self._problem = f"{readable(path.name)}: {problem}" if isinstance(problem, TableProblem) else str(problem)

    def _progressed(self, path: Path, share: float) -> None:
        self._frames += 1
        if self.dialog is None and self._frames >= _PATIENCE and self._table is None:
            self._show(path)
        if self.dialog is not None:
            self.dialog.set_share(share)

    def _read(self, path: Path) -> None:
        self._job = None
        if self._table is None:
            if self.dialog is not None:
                self.dialog.close()
            self._context.notices.say(self._problem, "bad")
            return
        self._context.settings.set(FOLDER, str(path.absolute().parent))
        self._job = self._context.ticker.pull(self._showing(path, self._source, self._table), done=self._shown)

    def _showing(self, path: Path, source: bytes, table: Table) -> Iterator[None]:
        """In pieces, since painting the dialog takes a frame of its own."""
        if self.dialog is None:
            self._show(path)
            yield
        yield from self.dialog.setting_table(source, table)

    def _shown(self) -> None:
        self._job = None

    def _show(self, path: Path) -> None:
        self.dialog = dialog = ImportDialog(
            readable(path.name), self._context, self._session.experiment, self._parent.window()
        )
        dialog.imported.connect(self._imported)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        self._source, self._table = b"", None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _imported(self, data: Data, name: str) -> None:
        anew: list[str] = []
        self._session.announced.connect(anew.append)
        self._session.load_data(data, name)
        self._session.announced.disconnect(anew.append)
        if self._session.experiment.own is not data:
            return  # it was refused, which was said
        # One notice takes the other's place, so what became of the run so far is said here, too.
        self._context.notices.say(". ".join([f"{len(data):,} points from {name}", *anew]))

    def _load(self, data: Data, name: str) -> None:
        self._session.load_data(ready(data, self._session.experiment), name)


def _bytes_of(path: Path) -> Iterator[bytes]:
    """The file in pieces.  Raises FileProblem."""
    name = readable(path.name)
    try:
        if path.is_dir():
            raise FileProblem(f"{name} is a folder, not a file.")
        if path.exists() and not path.is_file():
            raise FileProblem(f"{name} is not a file that can be read.")
        if path.stat().st_size > _LARGEST:
            raise FileProblem(f"{name} is larger than {_LARGEST // 1_000_000} MB, which is the most that is read.")
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except FileNotFoundError:
        if UNKNOWN in path.name:
            raise FileProblem(f"{name} cannot be found: its name is not in UTF-8. Please rename the file.") from None
        raise FileProblem(f"There is no file {name} in {readable(str(path.absolute().parent))}.") from None
    except PermissionError:
        raise FileProblem(f"{name} may not be read: you have no permission.") from None
    except ValueError:  # a null character, or half of a pair of surrogates
        raise FileProblem(f"{name} cannot be opened: its name holds a character that no name of a file has.") from None
    except OSError as error:
        raise FileProblem(f"{name} could not be read: {error.strerror or error}.") from None
