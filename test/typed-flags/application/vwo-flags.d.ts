import 'nestjs-vwo';

declare module 'nestjs-vwo' {
  interface VwoFlags {
    'new-checkout': {
      variation: 'fast' | 'slow';
      variables: {
        discount: number;
        button: string;
        'with space': boolean;
        layout: { readonly columns: number; readonly title?: string };
      };
    };
    pricing: { variation: 'Default'; variables: { discount: number } };
    beta: { variation: never; variables: {} };
    'by-hand': {};
  }
  interface VwoClientFlags {
    partners: { rebate: { variation: 'low'; variables: { percent: number } } };
  }
}
