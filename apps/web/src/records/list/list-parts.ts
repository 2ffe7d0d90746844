/** Parts of a list page that load when they are needed. */
import { lazy } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';

export const FilterPopover = lazy(() =>
  import('../filters/filter-popover').then(({ FilterPopover }) => ({ default: FilterPopover })),
);
export const ColumnChooser = lazy(() =>
  import('./column-chooser').then(({ ColumnChooser }) => ({ default: ColumnChooser })),
);
// A screen is narrow or wide, so only one of the two is needed.
export const RecordCards = lazy(() =>
  import('./record-cards').then(({ RecordCards }) => ({ default: RecordCards })),
);
export const RecordTable = lazy(() =>
  import('./record-table').then(({ RecordTable }) => ({ default: RecordTable })),
);
export const GroupedTable = lazyPart('views', () => import('../views/grouped-table'));
export const ColouredTable = lazy(() => import('../views/coloured-table'));
export const RecordBoard = lazyPart('views', () => import('../board/record-board'));
export const RecordCalendar = lazyPart('views', () => import('../calendar/record-calendar'));
export const RecordPeek = lazyPart('views', () => import('../peek/record-peek'));
export const EditableTable = lazyPart('views', () => import('./edit/editable-table'));
export const EditToggle = lazyPart('views', () => import('./edit/edit-toggle'));
export const ViewOptions = lazyPart('views', () => import('../views/view-options'));
export const ViewNotes = lazyPart('views', () => import('../views/view-notes'));
export const MissingView = lazyPart('views', () => import('../views/missing-view'));
export const WithheldCriterion = lazy(() =>
  import('./withheld-criterion').then(({ WithheldCriterion }) => ({ default: WithheldCriterion })),
);
export const BulkBar = lazy(() => import('./bulk-bar').then(({ BulkBar }) => ({ default: BulkBar })));
