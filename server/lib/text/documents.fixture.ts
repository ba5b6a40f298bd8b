/** Documents as extraction leaves them: one string a page, lines broken by the printer in the first. */
export const manual: readonly string[] = [
  `AquaPress 300
Owner's Manual

Countertop water filter and carbonator. Model numbers AP-300 and AP-300S.
Keep this manual with the appliance. If you pass the appliance on, pass the
manual on as well.

Printed by Northbrook Appliances Ltd., 14 Canal Street, Leeds.`,
  `1. Safety

Read all instructions before you use the AquaPress 300. The appliance is in-
tended for household use only. Commercial use voids the warranty.

Never immerse the base unit in water. If liquid gets into the base, unplug the
appliance at once and have it checked by an authorised service centre.

Use only CO2 cylinders with a capacity of 425 g that carry the Northbrook seal.
Other cylinders may leak or burst. Do not expose a cylinder to temperatures
above 50 °C.

Children under eight years of age may not operate the appliance. Older children
may use it under the supervision of an adult.`,
  `2. What is in the box

The package contains:
- base unit with drip tray
- two glass carafes of 0.85 litres each
- one filter cartridge, type F-12
- power supply, 24 V
- quick start guide

If a part is missing, contact our customer service within 14 days of delivery.

2.1 Technical data

Weight without water: 4.2 kg
Dimensions: 38 x 22 x 41 cm
Tank capacity: 2.5 litres
Rated power: 65 W
Operating noise: 48 dB`,
  `3. Setting up

Place the appliance on a level, dry surface, at least 10 cm away from the wall
so that air can circulate.

3.1 First use

Before the first use, rinse the tank twice with lukewarm water. Then proceed
as follows:
1. Insert the filter cartridge and turn it clockwise until it clicks.
2. Fill the tank up to the MAX mark.
3. Connect the power supply and press the power button.
4. Run two full tanks through the filter and pour this water away.

The appliance is ready when the ring lights up green.`,
  `4. Filter cartridge

A cartridge is the exchangeable unit of activated carbon and ion-exchange resin
that removes chlorine, lead and limescale from tap water. It does not remove
nitrate.

4.1 Changing the filter

Change the cartridge every eight weeks, or after 150 litres, whichever comes
first. The ring turns orange when a change is due.

To change the cartridge, empty the tank, turn the old cartridge anticlockwise
and lift it out. Soak the new cartridge in cold water for five minutes before
you insert it. Hold the reset button for three seconds afterwards.

Used cartridges can be returned to any retailer free of charge, because
the resin is regenerated at our plant in Hull.`,
  `5. Making sparkling water

Fill a carafe with cold water up to the line. Cold water takes up more gas than
warm water; between 4 and 8 °C is best. Push the lever down for two seconds for
light, four seconds for medium and six seconds for strong carbonation.

Never carbonate juice, wine or milk. Only plain water may be carbonated, since
other liquids foam and block the nozzle.

One cylinder is enough for up to 60 litres of sparkling water.`,
  `6. Cleaning and descaling

Wipe the outside with a damp cloth. Do not use abrasive cleaners or bleach. The
carafes are dishwasher-safe up to 60 °C; their caps are not.

Descale the appliance every three months. In areas with hard water, descale it
monthly. Use 100 ml of citric acid solution and let it work for 30 minutes, then
rinse three times.

If the appliance will not be used for more than two weeks, empty the tank and
remove the cartridge. Store the cartridge in the refrigerator in a sealed bag.`,
  `7. Troubleshooting

Error E-201: The tank is empty. Refill it.
Error E-204: The pump has overheated. Unplug the appliance and let it cool for
45 minutes.
Error E-310: The cartridge is not recognised. Take it out, clean the contacts
and insert it again.

Water tastes metallic: The cartridge is exhausted or was not soaked. Replace it.

The appliance does not switch on: Check that the plug is firmly seated. The
fuse is in the bottom of the base unit, behind the rubber cover.`,
  `8. Warranty and service

Northbrook Appliances grants a warranty of 36 months from the date of purchase.
The warranty covers defects of material and workmanship. It does not cover
cartridges, seals and damage caused by limescale.

To make a claim, send the receipt and the serial number to
service@northbrook.example. The serial number is printed on the underside of
the base unit. Repairs under warranty take ten working days on average.

Spare parts are kept available for seven years after the end of production.`,
  `9. Disposal

Do not throw the appliance into household waste. Bring it to a collection point
for electrical equipment. Empty CO2 cylinders are exchanged by your dealer for
full ones at a reduced price of 12.90 EUR.`,
];

export const handbook = `# Staff handbook

Harrow & Finch Publishing, edition of 1 March 2024. Questions about this handbook go to the People team.

## Working hours

The regular working week has 37.5 hours. Core hours, during which everyone should be reachable, are from 10:00 to 15:00. Outside core hours you arrange your time with your team.

Overtime has to be approved by your line manager in advance. It is compensated with time off within three months; it is not paid out.

## Annual leave

Every employee is entitled to 28 days of paid leave a year. Up to five unused days may be carried over and must be taken before 31 March of the following year.

Requests for leave of more than one week should be made at least four weeks ahead in the leave calendar. Your line manager answers within five working days.

## Sickness

Tell your line manager by 9:30 on the first day if you are ill. A doctor's certificate is needed from the fourth calendar day onwards.

## Working from home

You may work from home up to three days a week. Tuesday is the common office day, because the editorial conference takes place then. The company lends you a monitor and a chair; the request form is in the intranet under Equipment.

## Travel and expenses

Travel by train in second class is the rule. Flights need the approval of the Finance team and are allowed only where the train takes more than six hours.

Expenses are refunded when the receipts are handed in within 30 days. The allowance for meals is £32 for a full day of travel.

## Notice period

During the first six months either side may give notice of two weeks. After that the notice period is three months to the end of a month.

## Data protection

Manuscripts that have not been published are confidential. Never send them to private e-mail accounts or to online services that have not been cleared by Ingrid Solberg, our data protection officer. Report the loss of a laptop within 24 hours.
`;

export const lease: readonly string[] = [
  `Mietvertrag über Wohnraum

zwischen Frau Helga Brandt (Vermieterin) und Herrn Tomasz Nowak (Mieter).

§ 1 Mietsache

Vermietet wird die Wohnung im zweiten Obergeschoss des Hauses Lindenallee 7 in Potsdam. Die Wohnfläche beträgt 68 Quadratmeter. Mitvermietet sind ein Kellerraum und ein Stellplatz im Hof.

§ 2 Mietdauer

Das Mietverhältnis beginnt am 1. Oktober 2023 und läuft auf unbestimmte Zeit.`,
  `§ 3 Miete und Nebenkosten

Die Grundmiete beträgt 890 Euro im Monat. Für Heizung und Betriebskosten wird eine Vorauszahlung von 210 Euro im Monat geleistet, über die jährlich abgerechnet wird.

Die Miete ist spätestens am dritten Werktag eines Monats im Voraus zu zahlen.

§ 4 Kaution

Der Mieter zahlt eine Kaution in Höhe von 2.670 Euro. Sie kann in drei gleichen Raten geleistet werden. Die Vermieterin legt die Kaution getrennt von ihrem Vermögen verzinslich an.`,
  `§ 5 Kündigung

Der Mieter kann das Mietverhältnis mit einer Frist von drei Monaten zum Monatsende kündigen. Die Kündigung muss schriftlich erfolgen; eine E-Mail genügt nicht.

§ 6 Tierhaltung

Kleintiere wie Hamster oder Zierfische dürfen ohne Erlaubnis gehalten werden. Für Hunde und Katzen ist die Zustimmung der Vermieterin nötig.

§ 7 Schönheitsreparaturen

Der Mieter streicht Wände und Decken in Küche und Bad alle fünf Jahre, in den übrigen Räumen alle acht Jahre. Kleine Reparaturen trägt der Mieter bis zu 100 Euro im Einzelfall, weil sie durch den täglichen Gebrauch entstehen.`,
  `§ 8 Hausordnung

Die Ruhezeiten sind von 13 bis 15 Uhr und von 22 bis 6 Uhr. Das Treppenhaus wird wöchentlich im Wechsel gereinigt. Fahrräder gehören in den Keller und nicht in den Flur.`,
];

export const pagesOf = (texts: readonly string[]): { page: number; text: string }[] =>
  texts.map((text, at) => ({ page: at + 1, text }));
