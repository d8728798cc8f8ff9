"""What a person would get, and the whole catalogue as a reviewer reads it. Pure: nothing is sent."""

from companion.domain.showing.booklet import Booklet, booklet
from companion.domain.showing.index import Row, index
from companion.domain.showing.person import Asked
from companion.domain.showing.texts import Shown, texts_for

__all__ = ["Asked", "Booklet", "Row", "Shown", "booklet", "index", "texts_for"]
