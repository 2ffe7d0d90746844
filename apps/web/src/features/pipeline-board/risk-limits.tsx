import { createContext, type ReactNode } from 'react';
import type { RiskLimits } from '@/records/risks/risks';
import { useRiskLimits } from '@/records/risks/use-risks';

/** From when on deals are at risk, for the cards of the board. Undefined until it is loaded. */
export const RiskLimitsContext = createContext<RiskLimits | undefined>(undefined);

/** Lets the cards inside say why their deals are at risk. */
export function RiskLimitsProvider({ children }: { children: ReactNode }) {
  return <RiskLimitsContext value={useRiskLimits()}>{children}</RiskLimitsContext>;
}
