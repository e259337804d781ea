"""Places and words that the demonstration's tables are made of.

States, cities, their coordinates and sizes are common knowledge, rounded. The word lists make names
of invented schools, clinics, dams or suppliers.
"""
from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A municipality and its state; degrees (WGS 84) and thousands of people (census of 2020)."""

    name: str
    state: str
    latitude: float
    longitude: float
    people: int


# Thousands of people, rounded, from the census of 2020.
STATES = {
    "Aguascalientes": 1430, "Baja California": 3770, "Baja California Sur": 800, "Campeche": 930,
    "Coahuila": 3150, "Colima": 730, "Chiapas": 5540, "Chihuahua": 3740, "Ciudad de México": 9210,
    "Durango": 1830, "Guanajuato": 6170, "Guerrero": 3540, "Hidalgo": 3080, "Jalisco": 8350,
    "Estado de México": 16990, "Michoacán": 4750, "Morelos": 1970, "Nayarit": 1240,
    "Nuevo León": 5780, "Oaxaca": 4130, "Puebla": 6580, "Querétaro": 2370, "Quintana Roo": 1860,
    "San Luis Potosí": 2820, "Sinaloa": 3030, "Sonora": 2940, "Tabasco": 2400, "Tamaulipas": 3530,
    "Tlaxcala": 1340, "Veracruz": 8060, "Yucatán": 2320, "Zacatecas": 1620,
}

CITIES = (
    City("Aguascalientes", "Aguascalientes", 21.88, -102.29, 949),
    City("Tijuana", "Baja California", 32.52, -117.02, 1923),
    City("Mexicali", "Baja California", 32.62, -115.45, 1050),
    City("La Paz", "Baja California Sur", 24.14, -110.31, 292),
    City("Campeche", "Campeche", 19.84, -90.53, 294),
    City("Saltillo", "Coahuila", 25.42, -101.00, 880),
    City("Torreón", "Coahuila", 25.54, -103.41, 721),
    City("Colima", "Colima", 19.24, -103.72, 157),
    City("Tuxtla Gutiérrez", "Chiapas", 16.75, -93.12, 604),
    City("Tapachula", "Chiapas", 14.91, -92.26, 353),
    City("Chihuahua", "Chihuahua", 28.63, -106.08, 937),
    City("Juárez", "Chihuahua", 31.69, -106.42, 1513),
    City("Iztapalapa", "Ciudad de México", 19.36, -99.06, 1836),
    City("Tlalpan", "Ciudad de México", 19.29, -99.17, 700),
    City("Durango", "Durango", 24.02, -104.67, 688),
    City("León", "Guanajuato", 21.12, -101.68, 1721),
    City("Irapuato", "Guanajuato", 20.68, -101.35, 593),
    City("Acapulco de Juárez", "Guerrero", 16.86, -99.88, 780),
    City("Chilpancingo de los Bravo", "Guerrero", 17.55, -99.50, 284),
    City("Pachuca de Soto", "Hidalgo", 20.12, -98.73, 314),
    City("Guadalajara", "Jalisco", 20.67, -103.35, 1386),
    City("Puerto Vallarta", "Jalisco", 20.65, -105.22, 292),
    City("Toluca", "Estado de México", 19.29, -99.66, 911),
    City("Ecatepec de Morelos", "Estado de México", 19.60, -99.05, 1645),
    City("Morelia", "Michoacán", 19.70, -101.19, 849),
    City("Uruapan", "Michoacán", 19.42, -102.06, 357),
    City("Cuernavaca", "Morelos", 18.92, -99.23, 378),
    City("Tepic", "Nayarit", 21.51, -104.89, 425),
    City("Monterrey", "Nuevo León", 25.67, -100.31, 1143),
    City("Guadalupe", "Nuevo León", 25.68, -100.26, 643),
    City("Oaxaca de Juárez", "Oaxaca", 17.06, -96.72, 271),
    City("Juchitán de Zaragoza", "Oaxaca", 16.43, -95.02, 114),
    City("Puebla", "Puebla", 19.04, -98.20, 1692),
    City("Tehuacán", "Puebla", 18.46, -97.39, 327),
    City("Querétaro", "Querétaro", 20.59, -100.39, 1049),
    City("Benito Juárez", "Quintana Roo", 21.16, -86.85, 912),
    City("San Luis Potosí", "San Luis Potosí", 22.15, -100.98, 911),
    City("Culiacán", "Sinaloa", 24.80, -107.39, 1003),
    City("Mazatlán", "Sinaloa", 23.25, -106.41, 502),
    City("Hermosillo", "Sonora", 29.07, -110.96, 937),
    City("Centro", "Tabasco", 17.99, -92.93, 683),
    City("Reynosa", "Tamaulipas", 26.09, -98.28, 704),
    City("Tampico", "Tamaulipas", 22.25, -97.86, 298),
    City("Tlaxcala", "Tlaxcala", 19.32, -98.24, 100),
    City("Xalapa", "Veracruz", 19.54, -96.91, 489),
    City("Veracruz", "Veracruz", 19.17, -96.13, 608),
    City("Mérida", "Yucatán", 20.97, -89.62, 995),
    City("Zacatecas", "Zacatecas", 22.77, -102.57, 150),
)

WORDS = {
    "procer": (
        "Benito Juárez", "Josefa Ortiz de Domínguez", "José María Morelos", "Leona Vicario",
        "Vicente Guerrero", "Miguel Hidalgo", "Sor Juana Inés de la Cruz", "Guadalupe Victoria",
        "Ignacio Zaragoza", "Emiliano Zapata", "Francisco I. Madero", "Lázaro Cárdenas",
        "Rosario Castellanos", "Matilde Montoya", "Ramón López Velarde", "Amado Nervo",
        "Mariano Matamoros", "Carmen Serdán", "Melchor Ocampo", "José Vasconcelos",
    ),
    "santo": (
        "San Miguel", "Santa Cruz", "San Jerónimo", "Santa Rosa", "San Andrés", "Santa Lucía",
        "San Felipe", "Santa Elena", "San Gabriel", "Santa Inés", "San Marcos", "San Rafael",
        "Santa Bárbara", "San Nicolás", "Santa Teresa", "San Lorenzo", "Santo Domingo",
        "San Bartolo", "Santa Mónica", "San Cristóbal",
    ),
    "apellido": (
        "del Valle", "de la Sierra", "del Monte", "de las Flores", "del Río", "de los Pinos",
        "de la Loma", "del Llano", "de la Cañada", "del Encinar",
    ),
    "planta": (
        "Los Encinos", "El Mezquite", "La Ceiba", "Las Jacarandas", "El Ahuehuete", "Los Fresnos",
        "El Huizache", "Las Palmas", "El Nopal", "La Bugambilia", "Los Sauces", "El Tepozán",
        "Las Acacias", "El Guayabo", "Los Cedros", "El Framboyán", "La Higuera", "Los Pirules",
        "El Maguey", "Las Dalias",
    ),
    "ave": (
        "El Cenzontle", "La Calandria", "El Quetzal", "Las Garzas", "El Halcón", "La Codorniz",
        "El Zanate", "Las Golondrinas", "El Tecolote", "La Primavera", "El Colibrí", "La Paloma",
    ),
    "empresa": (
        "Comercializadora", "Grupo", "Servicios Integrales", "Distribuidora", "Soluciones",
        "Proveedora", "Consorcio", "Operadora", "Corporativo", "Suministros",
    ),
}
