"""Reads templates/pages/tasks.toml: the words of tasks."""

from pathlib import Path

from companion.catalogue.tables import read
from companion.domain.task_words import TaskWords

_FILE = "tasks.toml"


def load_task_words(templates: Path) -> TaskWords:
    """Raises ContentError for a file that is missing or not as the program fills it."""
    table = read(templates / "pages" / _FILE)
    words = TaskWords(
        died=table.take("died", str),
        died_no_visits=table.take("died-no-visits", str),
        may_have_meant_visit=table.take("may-have-meant-visit", str),
        came_late=table.take("came-late", str),
        not_stopped=table.take("not-stopped", str),
        further=table.take("further", str),
    )
    if "{visits}" not in words.died:
        raise table.wrong("died must say the {visits} ahead")
    if "{visit}" not in words.may_have_meant_visit:
        raise table.wrong("may-have-meant-visit must name the {visit}")
    if "{sent}" not in words.came_late:
        raise table.wrong("came-late must say when it was {sent}")
    if "{count}" not in words.further:
        raise table.wrong("further must say the {count} of texts")
    table.finish()
    return words
