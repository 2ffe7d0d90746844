import { compare } from '@pellucid/conditions/decimal';
import { ActionIcon, Alert, Button, Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { getRecord } from '@pellucid/api-client';
import { notify } from '@/lib/notify';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconPackage, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { isPositive } from '@/lib/typed/readings';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { isWritable } from '@/records/access/field-visibility';
import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import { useRights } from '@/records/access/use-rights';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { useSaveRecord } from '@/records/form/use-save-record';
import { type ObjectDescription, type RecordData, type RecordReference } from '@/records/object-description';
import { type DealLine, dealLinesQuery, type LineInput, saveDealLines } from './api/deal-lines';
import classes from './product-lines-panel.module.css';

/** What is sent back of a line: values that the user does not see stay as they are. */
const inputOf = ({ id, product, quantity, unitPrice, discount }: DealLine): LineInput => ({
  id,
  ...(product && { product: product.id }),
  ...(quantity !== null && { quantity }),
  ...(unitPrice !== null && { unitPrice }),
  ...(discount !== null && { discount }),
});

/** The lines as they were when the dialog opened, since they may change under it, and which of them is edited, if not a new one. */
interface Editing {
  lines: DealLine[];
  version: number;
  line: DealLine | undefined;
}

/** Names of the fields that are shown, in order. */
const COLUMNS = ['product', 'quantity', 'unitPrice', 'discount', 'amount'];

/** The products of a deal: quantity, price, discount, and the sum. */
export default function ProductLinesPanel({
  object,
  record,
}: {
  object: ObjectDescription;
  record: RecordData;
}) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const product = useObject('product');
  const rights = useRights(object, record);
  const query = useQuery(dealLinesQuery(record.id));
  const [edited, setEdited] = useState<Editing | undefined>();
  const [cause, setCause] = useState(newCause);
  const done = () => {
    showUndo({ message: t('lines.saved'), cause });
    setCause(newCause());
  };
  const save = useMutation({
    mutationFn: ({ version, given }: { version: number; given: LineInput[] }) =>
      saveDealLines(record.id, version, given, cause),
    onSuccess: () => {
      setEdited(undefined);
      done();
    },
    // Whoever tries again starts from what others made of the lines.
    onError: () => void query.refetch(),
  });
  const saveRecord = useSaveRecord(object);
  const takeTotal = useMutation({
    // Emptied, the amount is the total, and follows the lines again.
    mutationFn: () => saveRecord(record, { amount: null }, cause),
    onSuccess: done,
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  if (query.isPending) return <Skeleton height={160} radius="md" />;
  if (query.isError) {
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('lines.failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  }
  const { data: lines, total, currency, version } = query.data;
  const amount = record['amount'];
  // If the deal's amount differs from the sum of its lines, both are shown and the difference is noted.
  const differs =
    lines.length > 0 && total !== null && typeof amount === 'string' && compare(amount, total) !== 0;
  const described = object.lines?.find(({ key }) => key === 'lines');
  const labelOf = (name: string) => described?.fields.find(({ key }) => key === `lines.${name}`)?.label;
  const shows = (name: string) => labelOf(name) !== undefined;
  const moneyOf = (value: string | null) => (value === null ? '—' : formats.money(value, currency));
  const canEdit =
    rights.may('update') === 'yes' && product !== undefined && described !== undefined && !described.readOnly;
  const amountField = object.fields.find(({ key }) => key === 'amount');
  const canUseTotal =
    rights.may('update') === 'yes' &&
    amountField !== undefined &&
    isWritable(amountField, record, amount, rights.fields);
  const open = (line?: DealLine) => {
    save.reset();
    setEdited({ lines, version, line });
  };
  const add = canEdit ? (
    <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} onClick={() => open()}>
      {t('lines.add')}
    </Button>
  ) : null;
  const remove = (index: number) =>
    save.mutate(
      { version, given: lines.toSpliced(index, 1).map(inputOf) },
      {
        onError: (error) => notify({ color: 'red', message: problemText(error) }),
      },
    );
  return (
    <>
      {lines.length === 0 ? (
        <StateMessage icon={<IconPackage size={20} />} title={t('lines.empty')} text={t('lines.emptyText')}>
          {add}
        </StateMessage>
      ) : (
        <section className="pl-card" aria-label={t('entries:pipeline-board.lines.tab')}>
          <div className={classes['scroll']}>
            <table className={classes['table']}>
              <thead>
                <tr>
                  {COLUMNS.filter(shows).map((name) => (
                    <th key={name} scope="col">
                      {labelOf(name)}
                    </th>
                  ))}
                  {canEdit ? (
                    <th scope="col">
                      <VisuallyHidden>{t('lines.actions')}</VisuallyHidden>
                    </th>
                  ) : null}
                </tr>
              </thead>
              <tbody>
                {lines.map((line, index) => (
                  <tr key={line.id}>
                    {shows('product') ? (
                      <td>
                        {line.product ? (
                          <Link to={`/products/${line.product.id}`} className={classes['product']}>
                            {line.product.name}
                          </Link>
                        ) : (
                          '—'
                        )}
                      </td>
                    ) : null}
                    {shows('quantity') ? <td>{line.quantity && formats.number(line.quantity)}</td> : null}
                    {shows('unitPrice') ? <td>{moneyOf(line.unitPrice)}</td> : null}
                    {shows('discount') ? (
                      <td>
                        {compare(line.discount || '0', '0') === 0 ? '—' : formats.number(line.discount ?? '')}
                      </td>
                    ) : null}
                    {shows('amount') ? <td className={classes['amount']}>{moneyOf(line.amount)}</td> : null}
                    {canEdit ? (
                      <td>
                        <Group gap={2} wrap="nowrap" justify="flex-end">
                          <ActionIcon
                            size={26}
                            aria-label={t('lines.edit', { name: line.product?.name ?? '' })}
                            onClick={() => open(line)}
                          >
                            <IconPencil size={15} />
                          </ActionIcon>
                          <ActionIcon
                            size={26}
                            disabled={save.isPending}
                            aria-label={t('lines.remove', { name: line.product?.name ?? '' })}
                            onClick={() => remove(index)}
                          >
                            <IconTrash size={15} />
                          </ActionIcon>
                        </Group>
                      </td>
                    ) : null}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {differs ? (
            <Alert color="yellow" variant="light" m="sm" icon={<IconAlertTriangle size={16} />}>
              <Group gap="xs">
                <span>
                  {t('lines.differs', {
                    amount: formats.money(amount, currency),
                    total: formats.money(total, currency),
                  })}
                </span>
                {canUseTotal ? (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={takeTotal.isPending}
                    onClick={() => takeTotal.mutate()}
                  >
                    {t('lines.useTotal')}
                  </Button>
                ) : null}
              </Group>
            </Alert>
          ) : null}
          <footer className={classes['footer']}>
            {add}
            {total === null ? null : (
              <Text size="sm" fw={600} className="pl-num" ml="auto">
                {t('lines.total')} {formats.money(total, currency)}
              </Text>
            )}
          </footer>
        </section>
      )}
      {edited && product ? (
        <LineDialog
          product={product}
          currency={currency}
          line={edited.line}
          isSaving={save.isPending}
          error={save.error}
          onClose={() => setEdited(undefined)}
          onSave={(given) => save.mutate({ version: edited.version, given: withLine(edited, given) })}
        />
      ) : null}
    </>
  );
}

/** Returns the lines with what was entered for the edited one, or with a new one. */
function withLine({ lines, line: edited }: Editing, given: LineInput): LineInput[] {
  if (!edited) return [...lines.map(inputOf), given];
  return lines.map((line) => (line.id === edited.id ? { id: line.id, ...given } : inputOf(line)));
}

interface LineDialogProps {
  product: ObjectDescription;
  currency: string;
  line: DealLine | undefined;
  isSaving: boolean;
  error: Error | null;
  onClose: () => void;
  onSave: (line: LineInput) => void;
}

function LineDialog({ product: object, currency, line, isSaving, error, onClose, onSave }: LineDialogProps) {
  const { t } = useTranslation('pipeline-board');
  const [product, setProduct] = useState<RecordReference | null>(line?.product ?? null);
  const [quantity, setQuantity] = useState<string | UnreadText>(line?.quantity ?? '1');
  const [unitPrice, setUnitPrice] = useState<string | UnreadText>(line?.unitPrice ?? '');
  const [discount, setDiscount] = useState<string | UnreadText>(line?.discount ?? '0');
  const [isTried, setTried] = useState(false);
  const choose = async (chosen: RecordReference | null) => {
    setProduct(chosen);
    if (!chosen) return;
    // The list price is the usual starting point, but a price in another currency would be wrong.
    const found = await getRecord(object.path, chosen.id).catch(() => undefined);
    if (typeof found?.['price'] === 'string' && found['currency'] === currency) setUnitPrice(found['price']);
  };
  const isNoQuantity = typeof quantity === 'string' && !isPositive(quantity);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!product || isNoQuantity) return;
    if (quantity instanceof UnreadText || unitPrice instanceof UnreadText || discount instanceof UnreadText)
      return;
    onSave({
      product: product.id,
      quantity,
      unitPrice: unitPrice === '' ? null : unitPrice,
      discount: discount || '0',
    });
  };
  return (
    <Modal opened onClose={onClose} title={line?.product?.name ?? t('lines.add')} size="sm">
      <Form onSubmit={submit}>
        <Stack gap="md">
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(error)}
            </Alert>
          ) : null}
          <ReferencePicker
            object={object}
            label={t('lines.product')}
            isRequired
            autoFocus={!line}
            value={product}
            error={isTried && !product ? t('lines.chooseProduct') : undefined}
            onChange={(chosen) => void choose(chosen)}
          />
          <div className="pl-form-row">
            <TypedNumberInput
              label={t('lines.quantity')}
              value={quantity}
              min={0}
              decimals={4}
              error={isTried && isNoQuantity ? t('lines.positive') : undefined}
              onChange={setQuantity}
            />
            <TypedNumberInput
              label={`${t('lines.unitPrice')} (${currency})`}
              value={unitPrice}
              min={0}
              decimals={4}
              currency={currency}
              onChange={setUnitPrice}
            />
            <TypedNumberInput
              label={t('lines.discount')}
              value={discount}
              min={0}
              max={100}
              decimals={4}
              isPercent
              onChange={setDiscount}
            />
          </div>
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={isSaving}>
              {t('lines.save')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
