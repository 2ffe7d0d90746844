/**
 * Mantine's overlays on the layer stack. Every dialog, drawer, menu and popover of the app comes from here: Mantine's
 * own Esc handlers are off, and `layer-stack.ts` closes the topmost layer. Dialogs, drawers and popovers ask before they
 * discard what was entered, and their close buttons have names. A test enforces this.
 */
import {
  Button,
  CloseButton,
  Drawer as MantineDrawer,
  type DrawerRootProps,
  Menu as MantineMenu,
  type MenuProps,
  Modal as MantineModal,
  type ModalBaseCloseButtonProps,
  type ModalRootProps,
  Popover as MantinePopover,
  type PopoverDropdownProps,
  type PopoverProps,
  type PopoverTargetProps,
} from '@mantine/core';
import { useUncontrolled } from '@mantine/hooks';
import {
  cloneElement,
  createContext,
  type MouseEventHandler,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
} from 'react';
import { useTranslation } from 'react-i18next';
import { type TypedValues, watchTyped } from '../unsaved/typed-values';
import type { UnsavedSource } from '../unsaved/unsaved-changes';
import { DraftsAround } from '../unsaved/use-draft';
import { useUnsavedChanges } from '../unsaved/use-unsaved-changes';
import classes from './overlays.module.css';
import { useFocusReturn } from './use-focus-return';
import { useLayer } from './use-layer';

interface Guarded {
  /**
   * Whether closing it or leaving the page would lose something, and so must ask first. By default, whether the user
   * changed any of its inputs. False if entered values are kept anyway.
   */
  isDirty?: boolean | (() => boolean) | undefined;
}

interface Closable {
  opened: boolean;
  onClose: () => void;
  closeOnEscape?: boolean;
}

/** Closes the surrounding dialog or drawer, after asking about unsaved changes. */
const CloseOverlay = createContext<(() => void) | undefined>(undefined);

/**
 * In: an overlay's own props. Out: `close`, which closes it after asking about unsaved changes; `leave`, which runs
 * something else after the same question; a frame for its content.
 */
function useOverlay({ opened, onClose, closeOnEscape = true }: Closable, isDirty: Guarded['isDirty']) {
  const part = useRef<HTMLDivElement>(null);
  const typed = useRef<TypedValues>(null);
  typed.current ??= watchTyped(() => part.current);
  const watched = typed.current;
  const drafts = useRef(new Set<UnsavedSource>());
  const { leave } = useUnsavedChanges(() => {
    if (!opened) return false;
    const own = isDirty ?? watched.isTyped;
    return (typeof own === 'function' ? own() : own) || [...drafts.current].some((isDraft) => isDraft());
  });
  const close = () => leave(onClose);
  useLayer(opened, closeOnEscape ? close : undefined);
  useFocusReturn(opened);
  useEffect(() => {
    if (!opened) return;
    const note = (event: Event) => watched.note(event);
    for (const type of WATCHED) document.addEventListener(type, note, true);
    return () => {
      for (const type of WATCHED) document.removeEventListener(type, note, true);
    };
  }, [opened, watched]);
  const frame = (children: ReactNode) => (
    <CloseOverlay value={close}>
      <DraftsAround value={drafts.current}>
        <div ref={part} style={{ display: 'contents' }}>
          {children}
        </div>
      </DraftsAround>
    </CloseOverlay>
  );
  return { close, leave, frame };
}

/** Events before which the values of inputs are recorded. */
const WATCHED = ['pointerdown', 'keydown', 'focusin', 'input'];

/**
 * The button that leaves a dialog without saving. It asks before discarding what was entered. @param onClick used if
 * there is no surrounding dialog
 */
export function CancelButton({ onClick, children }: { onClick?: () => void; children: ReactNode }) {
  const close = useContext(CloseOverlay) ?? onClick;
  return (
    <Button variant="default" onClick={close}>
      {children}
    </Button>
  );
}

function useCloseName(): string {
  return useTranslation('app').t('close');
}

interface DialogProps extends ModalRootProps, Guarded {
  title: ReactNode;
}

/** A centred dialog. Its head is not a `header` element, which would be a second banner landmark. */
function ModalOverlay({ title, children, ...props }: DialogProps) {
  return (
    <ModalRoot centered {...props}>
      <MantineModal.Overlay backgroundOpacity={0.35} blur={2} />
      <MantineModal.Content>
        <div className={classes['head']}>
          <MantineModal.Title className={classes['title'] ?? ''}>{title}</MantineModal.Title>
          <CloseCross />
        </div>
        <MantineModal.Body>{children}</MantineModal.Body>
      </MantineModal.Content>
    </ModalRoot>
  );
}

function ModalRoot({ isDirty, children, ...props }: ModalRootProps & Guarded) {
  const { close, frame } = useOverlay(props, isDirty);
  return (
    <MantineModal.Root {...props} onClose={close} closeOnEscape={false}>
      {frame(children)}
    </MantineModal.Root>
  );
}

function DrawerRoot({ isDirty, children, ...props }: DrawerRootProps & Guarded) {
  const { close, frame } = useOverlay(props, isDirty);
  return (
    <MantineDrawer.Root {...props} onClose={close} closeOnEscape={false}>
      {frame(children)}
    </MantineDrawer.Root>
  );
}

/** The named close button in the head of a dialog or drawer. */
function CloseCross(props: ModalBaseCloseButtonProps) {
  const closeName = useCloseName();
  return <MantineModal.CloseButton aria-label={closeName} {...props} />;
}

function DrawerCross(props: ModalBaseCloseButtonProps) {
  const closeName = useCloseName();
  return <MantineDrawer.CloseButton aria-label={closeName} {...props} />;
}

/** The close button of a popover. */
export function PopoverCross() {
  const close = useContext(CloseOverlay);
  return <CloseButton size="sm" aria-label={useCloseName()} onClick={close} />;
}

interface FloatingProps {
  opened?: boolean;
  defaultOpened?: boolean;
  onChange?: (opened: boolean) => void;
}

/** Opened state of a menu or popover, and `shut`, which returns the focus to the element that opened it. */
function useFloating(props: FloatingProps) {
  const [opened, setOpened] = useUncontrolled({
    value: props.opened,
    defaultValue: props.defaultOpened,
    finalValue: false,
    onChange: props.onChange,
  });
  const opener = useRef<Element | null>(null);
  const change = (next: boolean) => {
    if (next) opener.current = document.activeElement;
    setOpened(next);
  };
  const shut = () => {
    setOpened(false);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  return { opened, change, shut };
}

/** A chosen item returns the focus before it disappears, so that a dialog that it opens can return it too. */
function MenuOverlay(props: MenuProps) {
  const { opened, change, shut } = useFloating(props);
  useLayer(opened, shut);
  const set = (next: boolean) =>
    !next && document.activeElement?.closest('[role=menu]') ? shut() : change(next);
  return <MantineMenu {...props} opened={opened} onChange={set} closeOnEscape={false} />;
}

/** What a click on the target does; null if the page controls whether the popover is open. */
const PopoverToggle = createContext<(() => void) | null>(null);

/** Wraps the content of a popover. */
const PopoverFrame = createContext<(children: ReactNode) => ReactNode>((children) => children);

interface GuardedPopoverProps extends PopoverProps, Guarded {
  /** Whether a click on the target opens and closes it. Left out, it does if the popover holds its own state. */
  isToggled?: boolean;
}

function PopoverOverlay({ isDirty, isToggled, ...props }: GuardedPopoverProps) {
  const { opened, change, shut } = useFloating(props);
  const { close, leave, frame } = useOverlay({ opened, onClose: shut }, isDirty);
  const set = (next: boolean) => (next ? change(true) : leave(() => change(false)));
  const toggle = () => (opened ? close() : change(true));
  return (
    <PopoverToggle value={(isToggled ?? props.opened === undefined) ? toggle : null}>
      <PopoverFrame value={frame}>
        <MantinePopover {...props} opened={opened} onChange={set} closeOnEscape={false} />
      </PopoverFrame>
    </PopoverToggle>
  );
}

function PopoverDropdown({ children, ...rest }: PopoverDropdownProps) {
  const frame = useContext(PopoverFrame);
  return <MantinePopover.Dropdown {...rest}>{frame(children)}</MantinePopover.Dropdown>;
}

/** Mantine's target toggles only popovers that hold their own state. Here the wrapper holds it. */
function PopoverTarget({ children, ...rest }: PopoverTargetProps) {
  const toggle = useContext(PopoverToggle);
  const target = children as ReactElement<{ onClick?: MouseEventHandler }>;
  const onClick: MouseEventHandler = (event) => {
    target.props.onClick?.(event);
    toggle?.();
  };
  return (
    <MantinePopover.Target {...rest}>
      {toggle ? cloneElement(target, { onClick }) : target}
    </MantinePopover.Target>
  );
}

export const Modal = Object.assign(ModalOverlay, {
  Root: ModalRoot,
  Overlay: MantineModal.Overlay,
  Content: MantineModal.Content,
  Header: MantineModal.Header,
  Title: MantineModal.Title,
  CloseButton: CloseCross,
  Body: MantineModal.Body,
});

export const Drawer = {
  Root: DrawerRoot,
  Overlay: MantineDrawer.Overlay,
  Content: MantineDrawer.Content,
  Header: MantineDrawer.Header,
  Title: MantineDrawer.Title,
  CloseButton: DrawerCross,
  Body: MantineDrawer.Body,
};

export const Menu = Object.assign(MenuOverlay, {
  Target: MantineMenu.Target,
  Dropdown: MantineMenu.Dropdown,
  Item: MantineMenu.Item,
  Label: MantineMenu.Label,
  Divider: MantineMenu.Divider,
  RadioGroup: MantineMenu.RadioGroup,
  RadioItem: MantineMenu.RadioItem,
});

export const Popover = Object.assign(PopoverOverlay, {
  Target: PopoverTarget,
  Dropdown: PopoverDropdown,
});
