import { contextLanguage, type RecordService } from '@pellucid/platform/records';
import type { ProvisioningStep } from '@pellucid/platform/tenancy';

/** The stages of every new company's pipeline. */
const STAGES = [
  {
    name: 'Prospecting',
    category: 'open',
    probability: 10,
    forecastCategory: 'Pipeline',
    stuckAfterDays: 30,
  },
  { name: 'Engaging', category: 'open', probability: 30, forecastCategory: 'Pipeline', stuckAfterDays: 21 },
  { name: 'Proposal', category: 'open', probability: 50, forecastCategory: 'Best case', stuckAfterDays: 21 },
  { name: 'Negotiation', category: 'open', probability: 70, forecastCategory: 'Commit', stuckAfterDays: 14 },
  { name: 'Won', category: 'won', probability: 100, forecastCategory: 'Closed' },
  { name: 'Lost', category: 'lost', probability: 0, forecastCategory: 'Omitted' },
];

const NAMES_DE: Record<string, string> = {
  Sales: 'Vertrieb',
  Prospecting: 'Akquise',
  Engaging: 'Kontakt',
  Proposal: 'Angebot',
  Negotiation: 'Verhandlung',
  Won: 'Gewonnen',
  Lost: 'Verloren',
};

/** Returns a name in the language of the person who registers the company. The company can change it later. */
const named = (name: string) => (contextLanguage() === 'de' ? (NAMES_DE[name] ?? name) : name);

/** Creates the default pipeline of a new company. */
export function defaultPipelineStep(records: RecordService): ProvisioningStep {
  return {
    name: 'pipelines.default',
    order: 100,
    async run(uow) {
      const options = { uow, asks: 'product', atomic: true } as const;
      const [pipeline] = await records.create(
        'pipeline',
        [{ name: named('Sales'), isDefault: true, position: 0 }],
        options,
      );
      await records.create(
        'stage',
        STAGES.map((stage, position) => ({
          ...stage,
          name: named(stage.name),
          position,
          pipeline: pipeline!.id!,
        })),
        options,
      );
    },
  };
}
