"""Conversations of every sort about one dataset, and all the places where they could be seen."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckan import model
from ckan.tests import factories

from ckanext.promote.base import tokens
from ckanext.promote.feedback import inputs
from tests import walking
from tests.factories import Institution, act, appointed, headers, institution
from tests.postbox import Postbox
from tests.threads.talk import QUESTION, aged, answer, ask, citizen, day, posts
from tests.worlds import Crowd

TYPES = ("story", "app", "tool", "news", "event", "presentation", "study", "material")


@dataclass
class Surfaces:
    """Who reads, and what is there: all threads are about the dataset ``leaks``."""

    crowd: Crowd
    other: Institution
    central: Institution
    users: dict[str, dict[str, Any] | None]
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, app: Any, postbox: Postbox, word: str, mail: str) -> Surfaces:
        """Everything; needs ``central`` as the central team.

        :param word: stands in every text of the conversations
        :param mail: domain of everybody's e-mail address
        """
        crowd = Crowd.made()
        other, central = institution(name="archive"), institution(name="central")
        users = {
            "visitor": None, "citizen": aged(crowd.citizen), "asker": citizen(),
            "other liaison": appointed(other), "liaison": appointed(crowd.owner),
            "member": crowd.owner.member, "editor": crowd.owner.editor,
            "central": aged(central.editor), "sysadmin": aged(crowd.sysadmin),
        }  # fmt: skip
        made = cls(crowd, other, central, users)
        made.give_addresses(mail)
        made.talk(app, postbox, word, f"visitor@{mail}")
        made.moderate(word)
        return made

    def give_addresses(self, mail: str) -> None:
        """Everybody gets an address of that domain; who only writes has it for a name, too."""
        writer = self.users["asker"]
        for user in model.Session.query(model.User):
            user.email = f"{user.name}@{mail}"
            if writer and user.name == writer["name"]:
                user.fullname = user.email
        model.Session.commit()

    def talk(self, app: Any, postbox: Postbox, word: str, address: str) -> None:
        """A visitor's question and reply, one that is promised something, a note, advice."""
        asker, editor = self.users["asker"], self.crowd.owner.editor
        about = {"name": "leaks"}
        text = {"title": f"What is {word}?", "body": f"The {word} is *missing*."}
        person = {"author_name": "Ana P.", "author_email": address}
        visited = act(
            None, "promote_thread_create", subject_type="dataset", subject_id="leaks",
            form_token=tokens.issue("thread", "leaks"), **{**QUESTION, **text}, **person,
        )  # fmt: skip
        app.post(postbox.link("/promote/confirm/"), status=200)
        thread = ask(asker, about, **text)
        act(None, "promote_post_create", thread_id=thread["id"], body=f"I lack {word}, too.",
            form_token=tokens.issue("post", thread["id"]), **person)  # fmt: skip
        app.post(postbox.link("/promote/confirm/"), status=200)
        self.ids["access"] = postbox.link("/feedback/").partition("access_token=")[2]
        act(editor, "promote_post_create", thread_id=thread["id"], body=f"Of {word}: call.",
            internal=True)  # fmt: skip
        answered = answer(
            self.users["liaison"], thread, outcome="will_publish", due_on=day(9), body=f"{word}!"
        )
        advice = ask(editor, about, kind="advice", **text)
        act(None, "promote_post_create", thread_id=visited["id"], body="I know.",
            form_token=tokens.issue("post", visited["id"]), **person)  # fmt: skip
        confirm = postbox.link("/promote/confirm/").rpartition("/")[2]
        self.ids.update(
            thread=thread["id"], visited=visited["id"], number=visited["number"],
            advice=advice["id"], commitment=answered["commitment"]["id"], confirm=confirm,
        )  # fmt: skip

    def moderate(self, word: str) -> None:
        """A first text that is held, a hidden one, a report, and an institution's template."""
        thread, central = {"id": self.ids["thread"]}, self.users["central"]
        new, writer = factories.UserWithToken(), citizen()
        held = ask(new, {"name": "leaks"}, title=f"My {word}", body=f"{word}?")
        gone = act(writer, "promote_post_create", thread_id=thread["id"], body=f"Buy {word}!")
        act(central, "promote_post_hide", id=gone["id"], reason=f"It sells {word}.")
        act(writer, "promote_post_appeal", id=gone["id"], text=f"But {word} is good.")
        [first, *_] = posts(None, thread)
        act(writer, "promote_report_create", post_id=first["id"], reason="spam",
            text=f"No {word}.")  # fmt: skip
        template = act(self.crowd.owner.editor, "promote_answer_template_create",
                       institution="water-office", title="Weekly", body="Weekly.")  # fmt: skip
        queue = act(central, "promote_moderation_list", limit=100)["items"]
        self.ids.update(
            held=held["id"], post=first["id"], hidden=gone["id"], template=template["id"],
            item=queue[0]["id"],
        )  # fmt: skip

    @property
    def arguments(self) -> dict[str, list[dict[str, str]]]:
        """What stands in the paths of our routes."""
        ids, places = self.ids, self.crowd.places
        threads = [ids[name] for name in ("thread", "visited", "number", "held", "advice")]
        each = walking.each_with
        person = {"institution": "water-office"}
        subjects = [("dataset", "leaks"), ("organization", "water-office"), ("story", "one")]
        return {
            "promote_feedback.show": each({}, id=threads),
            "promote_feedback.act": each({}, id=threads[:1], step=list(inputs.STEPS)),
            "promote_feedback.act_on_post": each(
                {"id": ids["thread"]}, post=[ids["post"], ids["hidden"]],
                step=list(inputs.POST_STEPS),
            ),
            **dict.fromkeys(
                ("promote_talk", "promote_ask"),
                [{"place": place, "name": name} for place, name in subjects],
            ),
            "promote_moderation": [{"id": ids["item"], "user": self.crowd.citizen["name"]}],
            "promote_templates": [{"org": "water-office", "id": ids["template"]}],
            "promote_people": [{**person, "id": places["appointment"]}],
            **dict.fromkeys(
                ("promote_people.area_edit", "promote_people.area"),
                [{**person, "id": places["area"]}],
            ),
            "promote_visitors": [{"token": ids["confirm"]}],
            "promote_submit": [{"token": places["token"]}],
            "promote_review": [{"id": "waiting", "name": places["image"]}],
            "promote_embeds": [{"view_id": "there-is-none"}],
            **{kind: [{"id": self.content(kind), "platform": "web"}] for kind in TYPES},
        }  # fmt: skip

    def content(self, kind: str) -> str:
        """Name of a content of a type; of some there is none."""
        return "one" if kind == "story" else f"the-{kind}"

    def pages(self, app: Any, word: str, types: Sequence[str]) -> list[str]:
        """Paths of all our pages, with what lists can be asked for, and CKAN's with our blocks.

        :param types: of the contents whose pages are wanted; they are all made alike
        """
        links = "?" + f"access_token={self.ids['access']}"
        similar = f"?title={word}&body={word}"
        filters = (
            f"?q={word}", "?kind=question", "?topic=meaning", "?state=answered", "?unanswered=1",
            "?outcome=will_publish", "?advice=1", "?mine=1", "?followed=1", "?sort=due",
            "?state=queue", "?state=pending", "?overdue=1",
        )  # fmt: skip
        lists = [
            f"{place}/feedback{kind}{query}"
            for place in ("", "/dataset/leaks", "/organization/water-office")
            for kind, asked in (("", filters), (".csv", filters[:2]), (".atom", filters[:2]))
            for query in asked
        ]
        own = [f"/feedback/{self.ids['thread']}{links}", f"/feedback/{self.ids['visited']}{links}"]
        more = [
            "/", "/dataset/leaks", "/organization/water-office", "/organization/archive",
            f"/dataset/leaks/feedback/new{similar}", "/promote/advice/new?institution=water-office",
            "/promote/moderation?cause=appeal", "/promote/moderation?cause=reported",
            f"/feedback/{self.ids['thread']}?last=1",
            f"/feedback/{self.ids['thread']}?reply={self.ids['post']}#write",
        ]  # fmt: skip
        left_out = {*TYPES} - {*types}
        walked = [path for path, endpoint in walking.paths(app, self.arguments).items()
                  if endpoint.partition(".")[0] not in left_out]  # fmt: skip
        return [*walked, *lists, *own, *more]

    def writing_pages(self) -> list[str]:
        """Paths to which forms about the dataset's conversations are sent."""
        post = f"/feedback/{self.ids['thread']}/post/{self.ids['post']}"
        steps = ("reply", "support", "follow", "verdict", "answer", "close", "note")
        return [
            "/dataset/leaks/feedback/new", *(f"/feedback/{self.ids['thread']}/{step}"
                                             for step in steps),
            f"{post}/report", f"{post}/edit", f"{post}/hide",
        ]  # fmt: skip

    def reads(self) -> dict[str, list[dict[str, Any]]]:
        """What each reading action of ours can be asked about what is here."""
        ids = self.ids
        threads = [ids[name] for name in ("thread", "visited", "number", "held", "advice")]
        own, office = {"access_token": ids["access"]}, {"institution": "water-office"}
        content, about = {"id": "one"}, {"subject_type": "dataset", "subject_id": "leaks"}
        flags = ("overdue", "unanswered", "mine", "followed", "queue", "advice")
        return {
            "promote_thread_show": [
                *({"id": each} for each in threads), {"id": ids["thread"], **own},
            ],
            "promote_post_list": [
                *({"thread_id": each} for each in threads), {"thread_id": ids["thread"], **own},
                {"thread_id": ids["thread"], "last": True},
                {"thread_id": ids["thread"], "at": ids["hidden"]},
            ],
            "promote_thread_list": [
                {}, about, office, {"q": "{word}"}, {"similar": "{word}"},
                {"similar": "{word}", **about}, {"sort": "due"}, *({flag: True} for flag in flags),
            ],
            "promote_commitment_list": [{}, office, {"dataset": "leaks"}],
            "promote_moderation_list": [{}, {"cause": "appeal"}, {"cause": "reported"}],
            "promote_answer_template_list": [office],
            "promote_response_figures_show": [office],
            "promote_appointment_list": [{}, office, {**office, "state": "all"}],
            "promote_area_list": [office],
            "promote_institution_show": [office],
            "promote_user_block_list": [{}],
            "promote_content_show": [content, {"id": "waiting"}],
            "promote_content_list": [{}],
            "promote_content_history": [content, {"id": "waiting"}],
            "promote_content_dataset_list": [content],
            "promote_dataset_content_list": [{"dataset": "leaks"}],
            "promote_content_type_list": [{}],
            "promote_content_type_show": [{"type": "story"}],
            "promote_review_list": [{}, {"mine": True}],
            "promote_featured_list": [{}],
            "promote_impact_show": [{}],
            "promote_app_download_count": [{"id": "the-app"}],
            "promote_form_token_show": [{"form": "thread", "subject_id": "leaks"}],
        }  # fmt: skip

    def answers(
        self, app: Any, role: str, word: str, types: Sequence[str] = TYPES
    ) -> Iterator[tuple[str, int, str]]:
        """Everything that a role can read: what was asked, the status, and the answer whole."""
        user = headers(self.users[role])
        for path in self.pages(app, word, types):
            answer = app.get(path, headers=user, follow_redirects=False)
            yield path, answer.status_code, whole(answer)
        for name, asked in self.reads().items():
            for data in asked:
                sent = {key: word if value == "{word}" else value for key, value in data.items()}
                answer = app.post(f"/api/3/action/{name}", json=sent, headers=user)
                yield f"{name} {sent}", answer.status_code, whole(answer)


def whole(answer: Any) -> str:
    """An answer with its headers; of files, what of them is text."""
    return f"{answer.headers}\n{answer.get_data().decode('utf-8', 'replace')}"
