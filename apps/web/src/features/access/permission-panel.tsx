import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconFilter, IconInfoCircle, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Drawer } from '@/lib/layers/overlays';
import { useObject } from '@/records/api/describe-objects';
import { ConditionText } from '@/records/filters/condition-text';
import { FilterBuilder } from '@/records/filters/filter-builder';
import type { ObjectDescription } from '@/records/object-description';
import { cellOf, EVERY, type RoleDraft, type Scope, SCOPES, type Way, withWay } from './model/role-draft';
import classes from './permission-panel.module.css';
import { PresetEditor } from './preset-editor';
import { useActionLabel } from './use-labels';

interface PermissionPanelProps {
  draft: RoleDraft;
  objectKey: string;
  action: string;
  isReadOnly: boolean;
  onChange: (change: (draft: RoleDraft) => RoleDraft) => void;
  onClose: () => void;
}

/** The permissions by which a role allows one action on one object: scope, condition, presets. */
export function PermissionPanel({
  draft,
  objectKey,
  action,
  isReadOnly,
  onChange,
  onClose,
}: PermissionPanelProps) {
  const { t } = useTranslation('access');
  const object = useObject(objectKey === EVERY ? undefined : objectKey);
  const label = useActionLabel();
  const { ways, inherited } = cellOf(draft, objectKey, action);
  const title = `${object?.pluralLabel ?? t('matrix.everyObject')} · ${label(action, object)}`;
  const add = () =>
    onChange((current) => ({
      ...current,
      permissions: [...current.permissions, { object: objectKey, action, scope: 'own' }],
    }));
  return (
    <Drawer.Root opened isDirty={false} onClose={onClose} position="right" size={620}>
      <Drawer.Overlay backgroundOpacity={0.3} />
      <Drawer.Content>
        <div className={classes['head']}>
          <Drawer.Title className={classes['title']}>{title}</Drawer.Title>
          <Drawer.CloseButton />
        </div>
        <Drawer.Body>
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {t('panel.text')}
            </Text>
            {inherited === 'none' ? null : (
              <Alert color="gray" variant="light" icon={<IconInfoCircle size={16} />}>
                {t('panel.inherited', { scope: t(`scopes.${inherited}`) })}
              </Alert>
            )}
            {ways.length === 0 ? <Text size="sm">{t('panel.none')}</Text> : null}
            {ways.map((way, index) => (
              <WayCard
                // Permissions are identified only by their position.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={index}
                title={t('panel.way', { number: index + 1 })}
                way={way}
                object={object}
                isReadOnly={isReadOnly}
                onChange={(next) => onChange((current) => withWay(current, way, next))}
              />
            ))}
            {isReadOnly ? null : (
              <Group justify="space-between">
                <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
                  {t(ways.length ? 'panel.addAnother' : 'panel.add')}
                </Button>
                <Button size="xs" onClick={onClose}>
                  {t('panel.done')}
                </Button>
              </Group>
            )}
          </Stack>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface WayCardProps {
  title: string;
  way: Way;
  object: ObjectDescription | undefined;
  isReadOnly: boolean;
  onChange: (next: Way | undefined) => void;
}

function WayCard({ title, way, object, isReadOnly, onChange }: WayCardProps) {
  const { t } = useTranslation('access');
  const [isEditing, setEditing] = useState(false);
  const makes = way.action === 'create' || way.action === EVERY;
  return (
    <section className={classes['way']} aria-label={title}>
      <div className={classes['wayHead']}>
        <NativeSelect
          size="xs"
          label={t('panel.reach')}
          disabled={isReadOnly}
          value={way.scope}
          data={SCOPES.filter((scope) => scope !== 'none' || way.scope === 'none').map((scope) => ({
            value: scope,
            label: t(`scopes.${scope}`),
          }))}
          onChange={(event) => onChange({ ...way, scope: event.currentTarget.value as Scope })}
        />
        {isReadOnly ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={13} />}
            onClick={() => onChange(undefined)}
          >
            {t('panel.remove')}
          </Button>
        )}
      </div>
      <Part title={t('panel.condition')} help={t(makes ? 'panel.conditionCreate' : 'panel.conditionHelp')}>
        {object ? (
          <>
            {way.condition && !isEditing ? (
              <p className={classes['condition']}>
                <ConditionText object={object} condition={way.condition} />
              </p>
            ) : null}
            {isEditing ? (
              <div className={classes['builder']}>
                <FilterBuilder
                  object={object}
                  isOwnOnly
                  value={way.condition}
                  onApply={(condition) => {
                    const { condition: _, ...rest } = way;
                    onChange(condition ? { ...rest, condition } : rest);
                    setEditing(false);
                  }}
                />
              </div>
            ) : isReadOnly ? null : (
              <Button
                size="compact-xs"
                variant="light"
                leftSection={<IconFilter size={13} />}
                onClick={() => setEditing(true)}
              >
                {t(way.condition ? 'panel.changeCondition' : 'panel.addCondition')}
              </Button>
            )}
            {!way.condition && isReadOnly ? <Text size="xs">{t('panel.noCondition')}</Text> : null}
          </>
        ) : (
          <Text size="xs" c="dimmed">
            {t('panel.needsObject')}
          </Text>
        )}
      </Part>
      {makes && object ? (
        <Part title={t('panel.preset')} help={t('panel.presetHelp')}>
          <PresetEditor
            object={object}
            preset={way.preset ?? {}}
            isReadOnly={isReadOnly}
            onChange={(preset) => {
              const { preset: _, ...rest } = way;
              onChange(Object.keys(preset).length ? { ...rest, preset } : rest);
            }}
          />
        </Part>
      ) : null}
    </section>
  );
}

function Part({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  return (
    <div className={classes['part']}>
      <h3 className={classes['partTitle']}>{title}</h3>
      <Text size="xs" c="dimmed">
        {help}
      </Text>
      {children}
    </div>
  );
}
