"""Labels of the tables' columns: what people read over a column whose name is plain ASCII."""
from __future__ import annotations

# Spanish words as columns spell them, and as they are written.
_SPELLING = {
    "acuifero": "acuífero", "afin": "afín", "almacen": "almacén", "anio": "año", "anios": "años",
    "anticipacion": "anticipación", "articulo": "artículo", "calificacion": "calificación",
    "celebracion": "celebración", "despues": "después", "dia": "día", "dias": "días",
    "dispersion": "dispersión", "estacion": "estación", "extraccion": "extracción",
    "habiles": "hábiles", "hectareas": "hectáreas", "inspeccion": "inspección", "linea": "línea",
    "maximo": "máximo",
    "minimo": "mínimo", "pm25": "PM2.5", "perdida": "pérdida", "poblacion": "población",
    "prestamos": "préstamos", "publicacion": "publicación", "publico": "público",
    "reduccion": "reducción", "region": "región", "reparacion": "reparación", "rio": "río",
    "tamanio": "tamaño", "tecnologia": "tecnología", "tramite": "trámite", "ultima": "última",
    "validas": "válidas", "vehiculos": "vehículos",
}
_UNITS = {
    "_porcentaje": "%", "_pesos": "pesos", "_mdp": "millones de pesos", "_hm3": "hm³", "_m3": "m³",
    "_km2": "km²", "_m2": "m²", "_km": "km", "_mm": "mm", "_m": "m", "_w": "W", "_kwh": "kWh",
    "_minutos": "minutos", "_anios": "años", "_dias": "días", "_miles": "miles",
    "_nmp_100ml": "NMP en 100 ml",
}
_WHOLE = {
    "gwh": "Energía (GWh)",
    "kwh_por_m2": "Intensidad (kWh por m²)", "km_buenos": "Kilómetros buenos",
    "km_totales": "Kilómetros totales", "dias_mediana": "Días (mediana)",
    "mediana_minutos": "Mediana (minutos)", "percentil_90_minutos": "Percentil 90 (minutos)",
    "estancia_noches": "Estancia (noches)", "pm25_promedio": "PM2.5, promedio (µg/m³)",
}


def label(column: str) -> str:
    """The column's name in Spanish, with accents and its unit in brackets."""
    if column in _WHOLE:
        return _WHOLE[column]
    unit = next((ending for ending in _UNITS if column.endswith(ending)), "")
    words = [_SPELLING.get(word, word) for word in column.removesuffix(unit).split("_")]
    text = " ".join(words)
    return text[0].upper() + text[1:] + (f" ({_UNITS[unit]})" if unit else "")
