"""Paragraphs that the samples draw on; written for this project, about no real act of anyone."""

from __future__ import annotations

#: Long enough for six to ten lines of a UN page.
LONG = {
    "spectrum": (
        "Regulators in several developing countries reported that the assignment of spectrum for "
        "mobile broadband had been brought forward, and that coverage obligations for sparsely "
        "populated districts were now written into new licences. Where operators share towers, "
        "ducts and power supply, the cost of extending the network to the last villages has "
        "fallen, although backhaul remains expensive in landlocked and small island developing "
        "States. Participants agreed that universal service funds should be reviewed at regular "
        "intervals, so that unspent contributions are returned to connectivity projects without "
        "delay."
    ),
    "trust": (
        "Members continued to exchange views on measures that build confidence in digital trade, "
        "including the protection of personal data, the recognition of electronic signatures and "
        "the handling of security incidents that cross borders. It was noted that national "
        "computer emergency response teams differ widely in staffing and in mandate, and that "
        "small administrations depend on regional arrangements for advice outside office hours. "
        "A common vocabulary for reporting incidents was considered a modest but useful first "
        "step, and one on which work could begin at once."
    ),
    "skills": (
        "Training for officials was again the form of assistance requested most often. Courses on "
        "data protection, on the procurement of cloud services and on the use of artificial "
        "intelligence in public administration were oversubscribed, while those on basic digital "
        "literacy for local councils were little used because they were offered only in the "
        "capital. The secretariat has since moved half of the places to regional centres and "
        "publishes all course material under an open licence, in three languages and in a form "
        "that can be read with screen-reading software."
    ),
    "commerce": (
        "Small and medium-sized enterprises face the same four obstacles wherever they sell "
        "online: the price of a parcel, the cost of receiving a payment, the uncertainty of "
        "return rules, and the lack of a shop front that customers find. The programme therefore "
        "combines advice on electronic commerce with practical help in opening merchant accounts "
        "and in meeting the technical regulations of the importing market. An evaluation of the "
        "first two rounds is under way and will be made available to the Committee on Trade and "
        "Development."
    ),
    "statistics": (
        "Measuring digital trade remains difficult. Surveys of households and enterprises are "
        "costly, customs records do not show whether an order was placed online, and payment "
        "data are held by intermediaries that are under no duty to share them. Statistical "
        "offices have asked for model questionnaires that can be attached to existing surveys, "
        "and for guidance on the treatment of platforms established in another economy. A "
        "handbook is being updated to that end, and a draft of its third chapter was circulated "
        "for comment."
    ),
    "access": (
        "Persons with disabilities, older persons and people who live far from a town are still "
        "the least likely to be online, and the gap between women and men in the use of the "
        "Internet has hardly narrowed in the least developed countries. Affordability explains "
        "much of it, but not all: where public services are offered on a telephone that reads "
        "aloud, in the language spoken at home, use rises even when prices do not fall. Local "
        "content and accessible design should accordingly be treated as infrastructure in their "
        "own right."
    ),
    "agriculture": (
        "Extension services have begun to send weather warnings, prices and advice on pests to "
        "farmers by text message and by recorded voice. The messages are drawn up together with "
        "farmers' associations, which also decide who may see the data that are collected on "
        "yields and on soil. Early results point to smaller losses after the harvest. Whether "
        "the services can be maintained once external funding ends is less clear, since "
        "subscriptions cover only about a third of their cost."
    ),
    "cooperation": (
        "Regional organizations pooled their resources to run joint workshops, and shared the "
        "findings with the secretariats of other regions. South-South exchanges of this kind "
        "were found to be most useful where the institutions concerned have similar mandates and "
        "budgets of a similar size. The partners intend to keep to a light structure, with one "
        "annual meeting and a common calendar, rather than to create another body."
    ),
    "standards": (
        "The Committee on Technical Barriers to Trade considered a growing number of "
        "notifications that concern connected products, from toys to medical devices. Members "
        "stressed the role of international standards in keeping requirements compatible, and "
        "asked that smaller administrations be given time to comment before a draft regulation "
        "is adopted. Testing laboratories are rare in many regions; the mutual recognition of "
        "test results would spare exporters a second journey and a second fee."
    ),
    "media": (
        "Community radio stations and small newspapers use the Internet to reach readers abroad, "
        "yet most of the advertising revenue that once paid for local reporting has moved to "
        "global platforms. Speakers called for transparent criteria in the ranking of news, for "
        "the safety of journalists online, and for public support that does not touch editorial "
        "independence."
    ),
    "payments": (
        "Interoperable payment systems have spread quickly where the central bank sets the rules "
        "and leaves the service to competing providers. Merchants in market towns now accept "
        "payments from any wallet, and the fee for small amounts has been abolished in some "
        "economies. Complaints about mistaken transfers rose as well; a single form for "
        "complaints, with a fixed time for the reply, was introduced on the advice of consumer "
        "associations and appears to work."
    ),
    "identity": (
        "Several administrations are introducing a digital identity that can be used with public "
        "bodies and with private providers alike. Good practice suggests that enrolment be free "
        "of charge, that no one lose a benefit for want of a fingerprint, and that each person be "
        "able to see which office has consulted the register. Legislation on these points was "
        "adopted before the first card was issued in about half of the cases reported."
    ),
    "language": (
        "The number of languages that can be written on a telephone has grown, although spelling "
        "correction, dictation and translation are available for few of them. Universities and "
        "ministries of culture are recording speech for open corpora, with the consent of the "
        "speakers and on terms that the community concerned has agreed to. Museums, libraries "
        "and archives make their catalogues available through shared portals."
    ),
    "schools": (
        "In rural schools the bottleneck is seldom the connection alone. Teachers ask for lesson "
        "plans that fit the curriculum, for a technician who can be reached, and for devices "
        "that survive dust and an unsteady supply of electricity. The pilot therefore pays for "
        "maintenance during five years and trains two teachers in every school, so that "
        "knowledge is not lost when one of them is transferred."
    ),
    "health": (
        "Telemedicine was extended to further districts, with consultations in paediatrics and "
        "dermatology. Health workers send images together with a short history; a specialist "
        "replies within two working days. Patient records are kept in the district hospital and "
        "are exchanged under a common standard. Privacy rules were drafted with the association "
        "of nurses and explain in plain words who may open a record, and for how long."
    ),
    "governance": (
        "Discussions on the governance of artificial intelligence took place in a number of "
        "forums, with participants from government, business, the technical community and civil "
        "society. Views differed on the need for new institutions. There was broad agreement "
        "that developing countries should take part in setting standards at an early stage, and "
        "that computing capacity, data and skills are the conditions of doing so."
    ),
    "monitoring": (
        "Each partner reports once a year on a short list of indicators, of which the greater "
        "part can be drawn from existing sources. The list distinguishes between what was "
        "delivered, who was reached and what changed as a result. Partners that were unable to "
        "supply figures explained why; the explanations have been helpful in revising the list, "
        "and two indicators were dropped because nobody could measure them at reasonable cost."
    ),
    "employment": (
        "Remote work has opened some occupations to people who cannot move, and has exposed "
        "others to competition from abroad. Labour inspectorates are adapting their guidance on "
        "working hours, safety and the use of monitoring software. Platforms that arrange "
        "short-term tasks were asked to state the pay per hour before a task is accepted, and to "
        "give reasons when an account is closed."
    ),
    "climate": (
        "Satellite images and low-cost sensors help authorities to follow forest cover, river "
        "levels and air quality. Warnings of floods are sent to every handset in the area "
        "concerned. The energy needed by data centres and networks was discussed for the first "
        "time under a separate agenda item, and several operators have since published figures "
        "on consumption and on the reuse of equipment."
    ),
}

#: Two to five lines.
SHORT = {
    "scope": (
        "The present submission covers the calendar year 2025 and follows the structure proposed "
        "in the request for contributions. Earlier activities are mentioned only where they were "
        "completed during the year."
    ),
    "thanks": (
        "The secretariat is grateful to the national focal points for their replies, which were "
        "received in time and were on the whole more detailed than in previous years."
    ),
    "request": (
        "Delegations requested that the list of contact points be kept up to date and be "
        "published together with the report."
    ),
    "budget": (
        "No additional resources are sought. The activities described are financed from the "
        "regular budget and from contributions that have already been paid."
    ),
    "cable": (
        "Two further submarine cables are due to enter service in 2027, which should bring the "
        "wholesale price of capacity closer to that of neighbouring regions."
    ),
    "archive": (
        "Records of broadcasters and libraries are being digitized so that material in minority "
        "languages remains available to schools and to researchers."
    ),
    "health": (
        "Clinics without a resident doctor are linked to a district hospital, where specialists "
        "review images and prescriptions twice a week."
    ),
    "waste": (
        "The collection of discarded equipment has been extended to small towns; refurbished "
        "computers are handed to schools under a two-year guarantee."
    ),
    "ethics": (
        "An advisory panel reviews automated decisions in social services and may ask for a "
        "human decision to be taken in its place."
    ),
    "review": (
        "The arrangement will be reviewed after three years in the light of experience gained "
        "by the participating authorities."
    ),
    "paperless": (
        "Certificates of origin and phytosanitary certificates can now be exchanged "
        "electronically, and traders no longer need to present a paper copy at the border."
    ),
    "jobs": (
        "Vacancies in the public service are published in one portal, and candidates may follow "
        "the progress of an application on a mobile telephone."
    ),
}

LIST = {
    "prices": "to publish the wholesale prices of international capacity at least twice a year;",
    "sharing": (
        "to encourage the sharing of towers, ducts and other passive infrastructure wherever "
        "competition law permits, including in border areas;"
    ),
    "schools": (
        "to connect primary schools and health centres first, and to budget for the electricity, "
        "maintenance and training that a connection requires;"
    ),
    "women": "to report on the participation of women and girls in every programme;",
    "open": "to make publicly funded data available in open formats, with due regard to privacy;",
    "report": "to report on progress at the thirtieth session.",
    "law": "a review of laws that require a handwritten signature;",
    "tariff": "lower tariffs for public libraries and community centres;",
    "emergency": (
        "early warning messages by cell broadcast, which reach every handset in an area without "
        "a subscription or an application;"
    ),
    "crops": "advice for growers on water, pests and prices, by voice and in local languages; and",
    "study": "a study of the environmental footprint of data centres.",
}
