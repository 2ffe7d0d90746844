import { contextLanguage, type RecordService } from '@pellucid/platform/records';
import type { ProvisioningStep } from '@pellucid/platform/tenancy';

/** The stages of the pipeline that every company begins with. */
const STAGES = [
  { name: 'Prospecting', category: 'open', probability: 10, forecastCategory: 'Pipeline' },
  { name: 'Engaging', category: 'open', probability: 30, forecastCategory: 'Pipeline' },
  { name: 'Proposal', category: 'open', probability: 50, forecastCategory: 'Best case' },
  { name: 'Negotiation', category: 'open', probability: 70, forecastCategory: 'Commit' },
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

/** A name in the language of whoever registers the company; it is the company's own from then on. */
const named = (name: string) => (contextLanguage() === 'de' ? (NAMES_DE[name] ?? name) : name);

/** Gives a new company its default pipeline. */
export function defaultPipelineStep(records: RecordService): ProvisioningStep {
  return {
    name: 'pipelines.default',
    order: 100,
    async run(uow) {
      const options = { uow, system: true, atomic: true } as const;
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
