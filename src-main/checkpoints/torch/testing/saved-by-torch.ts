/**
 * Files that PyTorch 2.13 saved, deflated. A dict of: `matrix` 0…5 as [2, 3] and `transposed`, its transpose; `half` and
 * `brain` 1.5, −2 in float16 and bfloat16; `view` and `tied`, both values 3…6 of one storage; `positions` 0…2 in int64;
 * `scalar` 4.25; `parameter` 0.5. Made with `torch.save(dict, file, _use_new_zipfile_serialization=…)`.
 */
import { inflateSync } from 'node:zlib'

const inflated = (...base64: readonly string[]): Buffer => inflateSync(Buffer.from(base64.join(''), 'base64'))

/** As PyTorch 1.6 and newer save it. */
export const savedAsZip = inflated(
  'eNrFl89vG0UUx8e/nYXmRykkDSXQ8suB1LG99trpjzhZylLYQpwtlawIydrY23jVjZ23nqQFcYiEHIroAaRK3BAH+Bu4RtyQkKAS5cQBqRKF',
  'ExInjszsOM7ORI6bBIlVxqus5/N93xm/98Yu6aEwQvE42nMNo+PIdKt1e8OarpnYTK7dcDR1EC1x12awWm06jlXFdrPRkhbcmuVatUt2FUuA',
  'Jg0IJMpRIrZqYte+BcEqbhLJZGUd205LqrjW8rrt1CrYarSabmUjI0EokSjHCNEiM80VC8IMkTSnaeKr7KEEkXKAzElBtBwi9+raOsT0KIb4',
  'oo70oB7aggE9pAe2QPqkTl08huFxA46VJTIZu2ajtdZsWTUYrJNo9XCdqaVhqO6pDFOVkB7cghE9QMWOM5UnMJww4Mky2TBUN53r8BTjOw4v',
  'k0ddg6OeZAbGiGQQw0nPWBvG9UAbnmZypzA8Y8BEOUImLrum3YBnOT3VW3Ja6Wo+52nKcJppnuloPk81X2CaL2J4yYCXPYsbtnUTEtwSszBJ',
  'WAnDK4tkgeE2vErZKcaexZA0YNpjsU22J7XD1jtUukNlKCUzKoshZ4BSHiAU2VXbywPIcyu50mysdFdR8JzkYIZohjCc8za7Deep5gWmeRHD',
  'rAFFL3NaVdMxXZjj1qHAPKEDGFRCT04y6jUMlwx4nTkxXXPVwpYLWo+U686Q4A1OOw+Xmfab1Bkx9RZ90VmMKxjeNuCd294/Cx9DyYDF9WRJ',
  'j8U//P7qiQhJRjpKPYtqFCndokpeb7qkLiobltsim6apGaG2HuVK09jf/vXrR9Q6Hb1jj6P8buxOeVVMx15prFoNrKnyIcIvKVlqoHgT/gyS',
  'EMF9DYygYtfA8vvYatJmoannDxN353JsjB2LemhffHCSJkx0Xw+DaJbratMpTT13BANMdbNIXubIHxmbZHw1Rx2Nfvbw8zHyxlgfR1O8o7Sm',
  'JtD/GD9zoPizaJvGUu7fv0sbR7hPrDk+lqypF47y8S9tF1n82OLSg0PEzx41fq/9R2ibjN/IQPPkLJ2nHu2H3/yeIA8SfTye4j3mNHUM7R+f',
  'lT7qVCDy9GPxH967s3CIz185WP7d9nLtxzvffX2I/c//B/tfpPFP/33mi/7xh3wdqNt2j9R/ZIlGv/flyrX+/W8CZXYbsLf8luXapAN/YNJT',
  's2LXNDV5QDOpQkYpKNl8Xs4pqWwun8+nUqlsQc4UcjPyTK4wo8ipzExOpi5L+KdPd/Mv4KXKjk//8TW8x7n4PVCk/QfQKEdeC6FeB54o4j9E',
  'xjmRe36RPSeXqOM/CEY4HSOM9h5AIu7vmoMc/ksYCWfHo7P1iMCmRdbfQXn2D5HNiKy/+/Hsu1GBlUXW35V49meRzYqsv8Pw7K2YwOZE1t8x',
  'hPWKrCKy/moX1hsX2LzI+mt1iF+vj+2Ro/4SmuBzawD1Ke6SHo1O7bSC0FlfU+TvrRC7/zOw08qj9AcRunFst9WX9EiUMYPefDb3X/KxCvY=',
)

/** As PyTorch before 1.6 saved it. */
export const savedAsLegacy = inflated(
  'eNqFk8ly00AQhrXFSQQJYSesYbdZjC3LtswSJyGEgLKKiy6USpGHSJQiuaVxWKpS5YtD4Bk4cOQx8ihceQSqONCSHIODIC7PqKbV+v5/enra',
  '3CfR/fl57sfE668r4/k2t/idx3kLmKw+xjBMM/Cpb/musUmC0PE9YDFBH8E3rkOpSwziNRzTA25HFzFI3zWJETrvSQj8FghZfQCDoe0HFAZU',
  'Tudx5XgUMqqgCxHD99ZhUBVaLdS0UMYlFkWVUFwOGiQgjVnHoiIwOQ3YrJ7BLzZMGjhvgbOoH1h23mhRxw1FIyBrLcdtGJR4oR8Ym5IIfDar',
  'D0bqmGmuExCST8Q51zfpiyQowoA+ijk1WVZkRVEKklwpVyATG7WaLfSWWaIwtKoyKqfy2zCs8iq7DeJHO/J0iMJhDUaSnQemFzb9kDRg1EZt',
  'W7D3s5VapQBH7IQ5FjF5lduGoyoboY8lzOMUTmhwMi6Pbbqv4FRC67qfx1DP/Ol9ArViQYYzKMChwHhsugNnVbYD5xL4eQoXNLgYn8paYDoe',
  'XOqjz8TFKVZ6ChP9CuWSVJLgclfhSlfhaqRwLVG4TuGGBjdj+5sOeQPZ9GKUS0pVghySRCTdWsVSCB24HZHuJKS7FPIa3ItJ1MGyFv5HKnZJ',
  'UpdUikhyQipTqGhQ1YejfvZDJ+4wUPp2voCd2Nt17bdCtSrVCoUKKtxHBR4VHsQH14GHkcKjRGGSQl2DqbhDQ8t0zQCm/3Ybs4pFqQAzyGKR',
  '9RhZuVzCmKXwRIO5xKUZmBuEkgCe/qPRexkizKfXRZbLkgLPukrPI9doWI2mhURxkcKSBss78WLlA6xqoEUX8WV0+VMqwKZthUu7QHxa5wtp',
  '3ZpqOpPWdYNpxz5E8tFV/fPHdp/cvjXD7Exl+jLbdZym8I+jjePLge/3mMwks/uby9T34rt1Zlc8gIFZOL7hYKYZZmz6F7DATgs=',
)

/** A whole `torch.nn.Linear`, which needs its class. */
export const savedModule = inflated(
  'eNqlVk1vG0UYXq8T29kE56M0IWkbyrdDW8frz7ghCRjkQxeV1KhohIRW6/Xau8pmN+/ubEyRIoqqtM0FcQf1F3DjwIlKHIAzvYE4IHGCA/wB',
  'JJiZTezddWzUMpI13nmf532enXnfsbel+BjHpVLcwJjh5jjFUXVjX1ttKVjJ7u2Y9Vqaez80bvMqtgkqa1nZXbvlmZqbNQ1LUxzhbX8CbuUT',
  'iB0An0FUBTuKYRlWB+L30SR5lvcUR9nVsOa4MHYA4xmUIKtdzejoGBLHyWUPG6YryI7W9Ayz1ecIkBwCwZrl2o68nxcglcmgJEnqEqTS0WDC',
  'pwh101bwu/6iAAKKEUwOJlGczOqeB1PSGIanbkicxEv8XUiTKXYXpo9U1TZNTcWGbbnCO05Lc7TWW4aKBZhZacAshrkGnLmv04en78HZBswj',
  'ssdc01BcWNCTOvGjT+i+ngjP6FMSj2GR6RzCkhQ7hHNHjH0ew4UGLPupnr0HFxvwnMd2UW567TbdsucP4AV0jq5YtiXvkSXDJa+OTwCyq2F4',
  'UZVluivYsGRZICsCvPQBvHwIrzQgg86wfIq601UcsrWOJuu2vePCCpN9FU2H4n7sEotdRvM0Zrhy2zPNMAauXEdpGm3bToCYZcRVtDQQkrsG',
  '1mWaoONCjsFEdH4Qpphd5ZYrqwo5gxbkGbCA5oLA/jsUWbiElk8NhyTLDFpBsxTqYgVrcosc6nGiNRatorORaF/qKkOs+29GKqt1Ouw1Btvw',
  'z2wAZrsngpsMt+Wf9nFnwesH8AbrGnKQbU3BnkMWaxKPpsia7eH+4psS7zWz21IytXg9Zz8gJU0/20O7fYG70Ov2LNmoXQXL+7SabKteW4w0',
  'fWCIVOLrv365Q4uZfoZLLHGVvsRxL5LTNDrWLinYeq0wXGX4KBepga0u/M4TCX6kgVluq2egeQtrNm3dem39SXRPhmlgbGrUw+HGb4v06kqM',
  '9JDmNkO36mquXrv6Pwz8c+3axt/zPz+89Fl789OCukmdPLr4/ccz7AYf7aQYdiLWa7nHdnLz9rcPv5j86Ruq+8NX6HMqlBqpO82t93R7FVZ5',
  '0i0oCFT5xwedm/99/stcvl+A7JVdzTFIBX6k0LtcNlr1WvYxjeRKZVHMrZXyhbJYLVdypXy1mKuK5cKaWKmUq+W1Yr6UL5XK1OUf3x19mSE+',
  'MsxljJrt+Qx26cyA8+jvcJQdbMCFEPPPODesr6NJgk20FEpyY4wb0bnRPMFGmA3leRTI02vAKD1YvekQ/b1xLtI7UW6wAsPcX6NcMcoN1tB0',
  'iEv/kUQqNkoOHu1y+J0D5NOLbltKJC6flGj8So+ZisyTvD9/mPRnwmPf7kz4z/7tO57wOSmG97H/AvWIf90=',
)
