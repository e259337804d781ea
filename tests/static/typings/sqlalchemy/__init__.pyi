"""SQLAlchemy with classic columns, which its own types do not describe.

On a class a column is an expression, on a row a value of the column's type; ``tuple_`` takes
values, ``inspect`` gives what it is asked about. Everything else is what SQLAlchemy says itself;
modules reached as attributes (``sa.exc``) are not looked into.
"""
from types import ModuleType
from typing import Any, TypeVar, overload

from sqlalchemy.engine import *
from sqlalchemy.schema import *
from sqlalchemy.schema import Column as _Column
from sqlalchemy.sql.expression import *
from sqlalchemy.types import *

_T = TypeVar("_T")

engine: ModuleType
event: ModuleType
exc: ModuleType
pool: ModuleType

def inspect(subject: Any, raiseerr: bool = True) -> Any: ...
def tuple_(*clauses: Any, types: Any = None) -> Any: ...

class Column(_Column[_T]):
    @overload
    def __get__(self, instance: None, owner: object) -> Any: ...
    @overload
    def __get__(self, instance: object, owner: object) -> _T: ...
    def __set__(self, instance: object, value: _T | None) -> None: ...
