/** Answers as models write them, with everything that Markdown has. */
export const roastAnswer = `A light roast is a matter of minutes and of **when the first crack comes**. Three things to watch:

1. **Charge temperature.** Start the drum at 200 °C and let it fall to the turning point.
2. **Development.** Stop 15–20 % of the total time after first crack.
3. **Colour.** Agtron 70 is the middle of "light".

## A profile to start with

| Phase | Minutes | Drum | Rate of rise |
| --- | ---: | ---: | ---: |
| Drying | 0–4:30 | 200 → 150 °C | 12 °C/min |
| Maillard | 4:30–8:00 | 150 → 196 °C | 9 °C/min |
| Development | 8:00–9:40 | 196 → 208 °C | 5 °C/min |

The share of development is $d = \\frac{t_{end} - t_{crack}}{t_{end}}$, here

$$d = \\frac{9{:}40 - 8{:}00}{9{:}40} \\approx 0.17$$

so well inside the range.

\`\`\`python
def development(crack: float, end: float) -> float:
    """Share of the roast after first crack, both in seconds."""
    if end <= crack:
        raise ValueError("the roast ends before it cracks")
    return (end - crack) / end

print(f"{development(480, 580):.0%}")  # 17%
\`\`\`

How the phases follow each other:

\`\`\`mermaid
flowchart LR
  charge[Charge] --> dry[Drying] --> brown[Maillard] --> crack{First crack?}
  crack -- yes --> develop[Development] --> drop[Drop and cool]
  crack -- not yet --> brown
\`\`\`

> Change one thing at a time, and write it down: a profile that nobody can repeat is luck.

- [x] Charge temperature set
- [ ] Probe calibrated
`;

export const letterAnswer = `Dear Mr Novák,

your offer of 12 November reached us, thank you. Before we sign, two points need another look:

- **Delivery.** The tank has to stand before 10 December; our permit ends on the 15th.
- **Price.** You write €1.82 a litre. Our meter says we take about 900 litres a month, which the table on your second page puts at €1.74.

If both can be settled this week, we sign on Friday.

With kind regards
Ada Marten`;

export const titles = [
  'Light roast for the new Ethiopian lot',
  'Letter to the gas supplier',
  'Why does the drum squeal?',
  'Cleaning plan for the autumn',
  'Opening hours over the holidays',
  'Notes from the cupping on Friday',
  'Comparing two grinders for the shop, with prices, noise and how long the burrs last',
  'Invoice template in LibreOffice',
  'Water hardness and the boiler',
  'Staff rota for December',
  'What does E07 mean?',
  'Names for the house blend',
  'Translating the menu into Czech',
  'Insurance for the delivery van',
  'Python: reading the roast log',
  'Ideas for the window',
  'Complaint about the late parcel',
  'Oat milk that does not split',
  'Questions for the tax adviser',
  'A short history of the espresso machine',
  'Training plan for Tomáš',
  'Dark roast, second attempt',
] as const;
