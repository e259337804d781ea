"""A question is found again by who asks it in other words."""
from __future__ import annotations

from typing import Any

import pytest

from tests.factories import act, institution
from tests.threads.talk import ask, citizen, dataset

pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    pytest.mark.ckan_config("ckanext.promote.limits.user.hour", 0),
]

# A question, and how somebody else asks it: other inflections and order, no accents, half of the
# words others.
PAIRS = [
    ("¿Cada cuándo se actualiza la medición de calidad del aire?",
     "actualizaciones de las mediciones del aire, frecuencia"),
    ("¿Qué significa la columna de coordenadas en el padrón de escuelas?",
     "coordenada en padrones escolares: significado de columnas"),
    ("Faltan los hospitales de 2019 en la lista de unidades médicas",
     "unidad medica: no aparece ningun hospital del ano 2019"),
    ("¿Pueden publicar los contratos de obra pública en CSV?",
     "contrato de obras publicas en formato abierto csv"),
    ("Los precios de las medicinas no coinciden con los de la farmacia",
     "precio de medicina distinto al que cobra mi farmacia"),
    ("¿Dónde están los horarios de los autobuses nocturnos?",
     "horario del autobus por la noche"),
    ("¿Por qué el presupuesto del municipio aparece duplicado?",
     "presupuestos municipales: municipio con filas duplicadas"),
    ("Error en las fechas del registro de sismos", "fecha equivocada en sismo registrado"),
    ("¿Cómo se calcula el índice de marginación?", "calculo de indices de marginacion"),
    ("Solicito las fugas de agua por colonia", "fuga de agua en cada colonia, datos"),
    ("¿Hay un diccionario de datos del censo agropecuario?",
     "censos agropecuarios diccionarios para leerlos"),
    ("El archivo de playas limpias no abre", "playa limpia: imposible abrir archivos"),
    ("¿Se puede saber el número de becas por universidad?",
     "beca para cada universidad, cifras"),
    ("¿Qué empresas tienen permiso de extracción de agua?",
     "permisos para extraer agua que tiene una empresa"),
    ("Propongo un mapa de árboles urbanos", "mapas del arbol urbano en mi ciudad"),
    ("¿Cuál es la licencia de uso de las imágenes satelitales?",
     "imagen satelital: licencias para usarla"),
    ("Los datos de empleo no tienen desglose por sexo", "empleos sin desgloses de mujeres y sexo"),
    ("¿Cuándo se publicarán los resultados de la encuesta de turismo?",
     "resultado de encuestas turisticas sobre turismo, fecha"),
    ("¿Incluye el catálogo a los museos estatales?", "museo estatal en catalogos"),
    ("Quisiera las rutas de recolección de basura", "recoleccion de basuras: ruta del camion"),
]  # fmt: skip


def test_paraphrases_find_their_question_among_the_first_three() -> None:
    owner, ana = institution(), citizen()
    about: dict[str, Any] = dataset(owner)
    ids = [ask(ana, about, title=title, body="Gracias por su ayuda.")["id"] for title, _ in PAIRS]
    for number in range(20):
        ask(ana, about, title=f"Datos y archivos de prueba {number}", body="Datos de agua del año.")
    found = []
    for wanted, (_, words) in zip(ids, PAIRS, strict=True):
        page = act(None, "promote_thread_list", similar=words, limit=3)
        found.append(wanted in [each["id"] for each in page["items"]])
    assert found.count(True) == len(PAIRS), [
        pair for pair, is_found in zip(PAIRS, found, strict=True) if not is_found
    ]
