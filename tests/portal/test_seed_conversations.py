"""The conversations of the demonstration: of every outcome, at believable dates, found by words."""
from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.promote.base.model import Event, utc_now
from ckanext.promote.notifications import fanout
from ckanext.promote.notifications.model import Mail
from ckanext.promote.portal import demo
from ckanext.promote.portal.demo.talks import load_talks
from ckanext.promote.portal.seed_conversations import seed_conversations
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import Commitment, Post, Thread, ThreadClock
from ckanext.promote.threads.moderation_model import ModerationItem
from tests.factories import act

DEMO = demo.load(dt.date(2026, 11, 21))
PEOPLE, TALKS = load_talks()
pytestmark = pytest.mark.ckan_config("ckanext.promote.central_team", demo.CENTRAL)

# What each question is called, and how somebody else asks it: other inflections, other order, no
# accents, about half of the words others.
PARAPHRASES = {
    "¿Qué diferencia hay entre una fuga atendida y una fuga reparada?":
        "fugas reparadas o solo atendidas: como distinguirlas",
    "Solicito las fugas con coordenadas y no solo con colonia":
        "coordenada exacta de cada fuga, la colonia no basta",
    "El nivel de una presa aparece en cero durante tres días de julio":
        "presas con niveles de cero en julio, dato imposible",
    "¿A qué hora se publica la lectura diaria de las presas?":
        "horario en que suben las lecturas de presa cada dia",
    "¿Cómo se convierte la altura de la escala en caudal del río?":
        "caudales de rios a partir de la escala, formula para convertir",
    "¿Desde qué valor de enterococos se recomienda no entrar al mar?":
        "limite de enterococo para nadar en el mar sin riesgo",
    "Dos playas tienen el mismo nombre y no se distinguen":
        "nombres iguales de playa, imposible distinguir cual es",
    "El horario de tandeo publicado no coincide con el del recibo":
        "mi recibo trae otros horarios distintos del tandeo",
    "Solicito los títulos de concesión de cada acuífero":
        "concesiones por acuifero: quien tiene titulo",
    "¿El agua no contabilizada incluye las tomas clandestinas?":
        "toma clandestina dentro del agua sin contabilizar",
    "¿Una receta surtida a medias cuenta como completa?":
        "recetas incompletas o surtidas a la mitad, como contarlas",
    "Solicito la cobertura de vacunación por municipio":
        "coberturas municipales de vacunacion de ninos",
    "¿Cuáles unidades médicas tienen intérprete de lengua maya?":
        "clinica o unidad medica que atienda en maya con interpretes",
    "¿El monto de los contratos lleva el impuesto incluido?":
        "montos del contrato: con o sin impuestos",
    "¿Por qué las escuelas multigrado aparecen repetidas en la matrícula?":
        "matriculas con escuela multigrado que se repite",
    "Hay escuelas del directorio con la ubicación en el mar":
        "directorio: ubicaciones equivocadas de escuela, caen dentro del mar",
    "¿Qué bibliotecas públicas abren los domingos?":
        "biblioteca abierta el domingo en mi ciudad",
    "¿Pueden publicar los horarios de los camiones en formato GTFS?":
        "gtfs de las rutas: horario del camion para aplicaciones",
    "¿Con qué frecuencia se calibran los sensores de aire de las escuelas?":
        "sensor de aire escolar, calibracion y cada cuando",
    "Los baches atendidos de mi calle siguen abiertos":
        "bache en la calle marcado como atendido y sigue igual",
}


@pytest.fixture
def seeded(portal: Any, with_request_context: Any) -> str:
    """The institutions and datasets of the demonstration, bare, with its conversations."""
    for each in DEMO.institutions:
        factories.Organization(name=each.name, title=each.title)
    talked_about = {talk.dataset for talk in TALKS}
    for dataset in DEMO.datasets:
        if dataset.name in talked_about:
            owner = dataset.institution
            factories.Dataset(name=dataset.name, title=dataset.title, owner_org=owner)
    user = str(helpers.call_action("get_site_user")["name"])
    assert seed_conversations(user) == len(TALKS)
    return user


def test_the_file_speaks_of_datasets_and_people_that_there_are() -> None:
    datasets = {dataset.name for dataset in DEMO.datasets}
    institutions = {each.name for each in DEMO.institutions}
    assert {talk.dataset for talk in TALKS} <= datasets
    assert {talk.by for talk in TALKS if talk.by} <= PEOPLE.keys()
    for talk in TALKS:
        assert bool(talk.by) != bool(talk.source)
        days = [step["after"] for step in talk.steps]
        assert days == sorted(days)
        assert not days or days[-1] < talk.days_ago
        assert {step["to"] for step in talk.steps if "to" in step} <= institutions
    assert len({talk.title for talk in TALKS}) == len(TALKS) >= 40
    assert len(PARAPHRASES) == 20
    assert PARAPHRASES.keys() <= {talk.title for talk in TALKS}


def test_it_is_all_there_once_at_believable_dates_and_told_to_nobody(seeded: str) -> None:
    _every_outcome_and_state_is_there()
    _dates_are_in_order()
    while fanout.note_mails(model.Session, utc_now()):
        pass
    assert model.Session.query(Mail).count() == 0
    counts = [model.Session.query(table).count() for table in (Thread, Post, Event, model.User)]
    assert seed_conversations(seeded) == 0
    assert counts == [
        model.Session.query(table).count() for table in (Thread, Post, Event, model.User)
    ]
    shown = act(None, "promote_response_figures_show", institution="instituto-del-agua")
    assert shown["portal"]["answered"] >= 7
    assert shown["elsewhere"]["received"] == 1
    _paraphrases_are_found()


def _every_outcome_and_state_is_there() -> None:
    outcomes = {post.outcome for post in model.Session.query(Post)} - {None}
    assert outcomes == set(rules.OUTCOMES)
    threads = model.Session.query(Thread).all()
    assert {thread.state for thread in threads} == {"open", "waiting", "answered", "closed"}
    assert {promise.state for promise in model.Session.query(Commitment)} == {
        "open", "kept", "missed"
    }  # fmt: skip
    assert {thread.verdict for thread in threads} == {True, False, None}
    assert {thread.source for thread in threads} == {None, "telephone", "mail", "event"}
    hidden = model.Session.query(Post).filter_by(state="hidden").one()
    assert hidden.hidden_reason == "Ofende a una persona."
    reported = model.Session.query(ModerationItem).filter_by(state="open")
    assert {each.cause for each in reported} == {"reported"}
    assert reported.count() == 2
    names = Counter(event.name for event in model.Session.query(Event))
    assert {"thread.turn", "thread.route", "thread.clarify", "commitment.keep",
            "commitment.miss", "thread.late"} <= names.keys()  # fmt: skip


def _dates_are_in_order() -> None:
    now = utc_now()
    ages = {talk.title: talk.days_ago for talk in TALKS}
    threads = model.Session.query(Thread).order_by(Thread.created_at).all()
    assert [thread.number for thread in threads] == sorted(thread.number for thread in threads)
    for thread in threads:
        assert (now - thread.created_at).days == ages[thread.title]
        posts = model.Session.query(Post).filter_by(thread_id=thread.id).order_by(Post.seq)
        moments = [post.created_at for post in posts]
        assert moments == sorted(moments)
        assert thread.last_activity_at <= now
        if thread.first_answered_at:
            assert thread.created_at < thread.first_answered_at < now
    promises = model.Session.query(Commitment).filter_by(state="open")
    assert all(promise.due_on > now.date() for promise in promises)
    for clock in model.Session.query(ThreadClock):
        assert clock.started_at < clock.due_at
        assert all(clock.started_at < moment <= clock.due_at for moment in clock.warn_at)
        assert all(moment > clock.due_at for moment in clock.escalate_at)


def _paraphrases_are_found() -> None:
    found = {
        title: [
            item["title"]
            for item in act(None, "promote_thread_list", similar=text, limit=3)["items"]
        ]
        for title, text in PARAPHRASES.items()
    }
    missed = {title: three for title, three in found.items() if title not in three}
    assert len(missed) <= 4, missed


def test_a_conversation_that_fails_leaves_nothing(seeded: str) -> None:
    talk = next(each for each in TALKS if each.steps and each.by)
    model.Session.execute(sa.delete(Thread).where(Thread.title == talk.title))
    model.Session.commit()
    broken = type(talk)(**{**talk.__dict__, "steps": (*talk.steps, {"after": 99, "do": "keep"})})
    with pytest.raises(ValueError, match="not enough values"):
        seed_conversations(seeded, talks=[broken])
    model.Session.rollback()
    assert model.Session.query(Thread).filter_by(title=talk.title).count() == 0
    assert seed_conversations(seeded, talks=[talk]) == 1
