import { Module } from '@nestjs/common';
import { RunUndoHandler } from '../jobs/run-undo.handler.js';
import { UndoModule } from '../undo.module.js';

/** Undoes large causes in the worker. */
@Module({ imports: [UndoModule], providers: [RunUndoHandler] })
export class UndoWorkerModule {}
