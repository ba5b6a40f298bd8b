import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from './tokens.ts';

const samples = {
  English:
    'The committee met on Tuesday to discuss the renovation of the harbour, and agreed that the old crane should stay where it is.',
  German:
    'Die Donaudampfschifffahrtsgesellschaft hat ihre Rechnungen für das vergangene Jahr geprüft und größere Abweichungen gefunden.',
  Greek: 'Η επιτροπή συνεδρίασε την Τρίτη για να συζητήσει την ανακαίνιση του λιμανιού και συμφώνησε ομόφωνα.',
  Russian:
    'Комитет собрался во вторник, чтобы обсудить ремонт гавани, и согласился, что старый кран останется на месте.',
  Chinese: '委员会星期二开会讨论港口的翻修，并同意旧起重机应该留在原处。',
  Japanese: '委員会は火曜日に港の改修について話し合い、古いクレーンをそのまま残すことに同意しました。',
  code: 'export const sum = (a: number[], b = 0): number => a.reduce((x, y) => x + y, b); // {"key": [1, 2, 3]}\n',
  figures: '2026-11-21;4711,25;0.000318;+43 1 58801-0;192.168.0.17;1e-9;99.95 %\n',
};

describe('the estimate of tokens', () => {
  it.each(Object.entries(samples))('is not below the real count, and not far above it, in %s', (_, text) => {
    const real = countTokens(text);
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(real);
    expect(estimateTokens(text)).toBeLessThan(real * 2.2);
  });
});
