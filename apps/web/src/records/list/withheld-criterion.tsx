import { fieldsOf } from '@pellucid/conditions';
import { Button, Group } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconEyeClosed, IconHelpCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '@/lib/api-problem';
import { askWhy } from '../access/access-questions';
import { labelFromKey } from '../access/field-visibility';
import { useObjects } from '../api/describe-objects';
import { resolvePath } from '../filters/condition-text';
import { fieldOf, type ObjectDescription } from '../object-description';
import type { ViewContent } from '../views/view-model';

interface WithheldCriterionProps {
  object: ObjectDescription;
  problem: ApiProblem;
  content: ViewContent;
  onDrop: (part: 'sort' | 'filter') => void;
}

/** Says that a list is sorted or filtered by something the user doesn't see unmasked, and offers to remove that. */
export function WithheldCriterion({ object, problem, content, onDrop }: WithheldCriterionProps) {
  const { t } = useTranslation('records');
  const objects = useObjects();
  const isSort = problem.fields[0]?.pointer === '?sort';
  const path = isSort
    ? content.sort
        ?.split(',')
        .map((key) => key.replace(/^-/, ''))
        .find((key) => fieldOf(object, key)?.sortable !== true)
    : (content.filter ? fieldsOf(content.filter).map((keys) => keys.join('.')) : []).find(
        (candidate) => resolvePath(objects, object, candidate)?.field.filterable !== true,
      );
  const label = (path ? resolvePath(objects, object, path)?.labels : undefined) ?? [labelFromKey(path ?? '')];
  const field = path && !path.includes('.') ? path : undefined;
  return (
    <StateMessage
      role="alert"
      icon={<IconEyeClosed size={20} />}
      title={t(isSort ? 'access.notSortable' : 'access.notFilterable', { field: label.join(' › ') })}
      text={t(isSort ? 'access.notSortableText' : 'access.notFilterableText')}
    >
      <Group gap="xs">
        {field && fieldOf(object, field)?.isAdded !== true ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconHelpCircle size={15} />}
            onClick={() => askWhy({ object: object.key, action: 'read', field })}
          >
            {t('access.why')}
          </Button>
        ) : null}
        <Button size="xs" onClick={() => onDrop(isSort ? 'sort' : 'filter')}>
          {t(isSort ? 'access.dropSort' : 'access.dropFilter')}
        </Button>
      </Group>
    </StateMessage>
  );
}
