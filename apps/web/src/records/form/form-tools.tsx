import { Suspense } from 'react';
import type { FormToolProps } from '@/app/feature.types';
import { formToolsFor } from '@/app/features';

/** What features add to a form: they see what it holds, and fill it. */
export function FormTools(props: FormToolProps) {
  return (
    <Suspense fallback={null}>
      {formToolsFor(props.object).map((Tool, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tools of an object don't change
        <Tool key={index} {...props} />
      ))}
    </Suspense>
  );
}
