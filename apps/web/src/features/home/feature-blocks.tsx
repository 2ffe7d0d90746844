import { Suspense } from 'react';
import type { HomeBlock } from '@/app/feature.types';
import { homeBlocks } from '@/app/features';
import { useObjects } from '@/records/api/describe-objects';

/** The blocks that features add to a column, each at the place that is kept for it while it loads. */
export function FeatureBlocks({ column, owner }: { column: HomeBlock['column']; owner: string | undefined }) {
  const objects = useObjects();
  const has = (key: string) => objects.some((object) => object.key === key);
  return homeBlocks
    .filter((block) => block.column === column && (block.needs ?? []).every(has))
    .map(({ key, height, Block }) => (
      <Suspense key={key} fallback={<div className="pl-card" style={{ height }} />}>
        <Block owner={owner} />
      </Suspense>
    ));
}
