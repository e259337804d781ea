"""The toolkit as extensions use it: CKAN's names, with contexts and data that hold any key.

CKAN's ``Context`` is a closed TypedDict, ours carry keys of our own; its declarative base takes
every attribute. A name that the toolkit does not have stays an error.
"""
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ckan.plugins.toolkit import *
from ckan.plugins.toolkit import ValidationError as _ValidationError
from ckan.plugins.toolkit import _ as _
from sqlalchemy import MetaData, Table

_F = TypeVar("_F", bound=Callable[..., Any])

def chained_action(func: _F) -> _F: ...
def chained_auth_function(func: _F) -> _F: ...
def check_access(action: str, context: Any, data_dict: Any = None) -> bool: ...
def fresh_context(context: Any) -> dict[str, Any]: ...
def get_action(action: str) -> Callable[[Any, Any], Any]: ...
def get_validator(validator: str) -> Callable[..., Any]: ...
def navl_validate(
    data: Mapping[str, Any], schema: Mapping[str, Any], context: Any = None
) -> tuple[dict[str, Any], dict[str, Any]]: ...

class ValidationError(_ValidationError):
    def __init__(self, error_dict: Any, error_summary: Any = None) -> None: ...

class BaseModel:
    metadata: MetaData
    __table__: Table
    __table_args__: Any
    __tablename__: str
    def __init__(self, **values: Any) -> None: ...
