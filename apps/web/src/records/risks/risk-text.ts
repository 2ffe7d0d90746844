import type { TFunction } from 'i18next';
import type { Formats } from '@/lib/format/formats';
import type { Risk } from './risks';

/** Says why a deal is at risk: "In Negotiation for 23 days; 14 are usual". @param t for texts of the feature pipeline-board */
export function riskText(risk: Risk, t: TFunction<any>, formats: Pick<Formats, 'number'>): string {
  if (risk.kind === 'unplanned') return t('pipeline-board:risks.reason.unplanned');
  return t(`pipeline-board:risks.reason.${risk.kind}`, {
    count: risk.days,
    days: formats.number(risk.days),
    ...(risk.kind === 'stuck' ? { stage: risk.stage, usual: formats.number(risk.usual) } : {}),
  });
}
