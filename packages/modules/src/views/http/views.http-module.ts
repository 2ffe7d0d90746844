import { Module } from '@nestjs/common';
import { ViewsModule } from '../views.module.js';
import { ViewsController } from './views.controller.js';

/** Provides the endpoints of saved views. */
@Module({ imports: [ViewsModule], controllers: [ViewsController] })
export class ViewsHttpModule {}
