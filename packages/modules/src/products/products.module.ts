import { Module } from '@nestjs/common';

/** Products consist of a description only; the record engine does the rest. */
@Module({})
export class ProductsModule {}
