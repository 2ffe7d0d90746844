import { IconLayoutKanban } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { BoardLink } from './board-link';
import { DealTransitions } from './record-actions';
import { lazyPart } from '@/lib/i18n/i18n';

const AtRiskBlock = lazyPart('pipeline-board', () => import('./at-risk-block'));
const StageHistoryPanel = lazyPart('pipeline-board', () => import('./stage-history-panel'));
const ProductLinesPanel = lazyPart('pipeline-board', () => import('./product-lines-panel'));

/** The board of a pipeline, and the buttons that move a deal on its own page. */
const feature: FeatureDefinition = {
  routes: [{ path: '/opportunities/board', page: () => import('./board-page') }],
  navItems: [
    {
      to: '/opportunities/board',
      labelKey: 'entries:pipeline-board.nav',
      icon: IconLayoutKanban,
      section: 'work',
      order: 10,
    },
  ],
  spotlightActions: [
    {
      key: 'board',
      labelKey: 'entries:pipeline-board.spotlight',
      icon: IconLayoutKanban,
      to: '/opportunities/board',
    },
  ],
  recordActions: (object) => (object.key === 'opportunity' ? [DealTransitions] : []),
  recordPanels: (object) =>
    object.key === 'opportunity'
      ? [
          { key: 'lines', labelKey: 'entries:pipeline-board.lines.tab', Panel: ProductLinesPanel },
          { key: 'stages', labelKey: 'entries:pipeline-board.stageHistory.tab', Panel: StageHistoryPanel },
        ]
      : [],
  homeBlocks: [
    {
      key: 'atRisk',
      labelKey: 'pipeline-board:risks.title',
      column: 'wide',
      order: 30,
      height: 392,
      needs: ['opportunity', 'stage', 'pipeline'],
      Block: AtRiskBlock,
    },
  ],
  listActions: (object) => (object.key === 'opportunity' ? [BoardLink] : []),
};

export default feature;
