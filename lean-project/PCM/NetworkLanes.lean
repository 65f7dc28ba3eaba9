module

public import PCM.Interval

/-!
# Arithmetic on many whole numbers at once

`pack w n f` holds the numbers `f 0, ..., f (n - 1)` in lanes of `w` bits. Sums, differences and multiples of packed numbers
are those of their lanes as long as no lane overflows. `rectify` divides every lane by a power of two, rounding down, and
replaces negative ones by 0; lanes hold numbers greater by an offset, so that a negative one can be told.
-/

@[expose] public noncomputable section

namespace PCM

/-- The numbers `f 0, ..., f (n - 1)` in lanes of `w` bits. -/
def pack (w : Nat) : Nat → (Nat → Nat) → Nat
  | 0, _ => 0
  | n + 1, f => f 0 + 2 ^ w * pack w n fun t => f (t + 1)

/-- Lanes hold `x + 2 ^ bits`, at most `2 ^ bits` away from the offset; `ones` is a one in every lane. The result's hold
`⌊max 0 x / 2 ^ shift⌋`. -/
def rectify (bits shift ones x : Nat) : Nat :=
  Nat.shiftRight
    (Nat.land x
      (Nat.sub (Nat.land x (Nat.mul (Nat.pow 2 bits) ones))
        (Nat.shiftRight (Nat.land x (Nat.mul (Nat.pow 2 bits) ones)) (Nat.sub bits shift))))
    shift

variable {w n : Nat} {f g : Nat → Nat}

theorem pack_congr (h : ∀ t < n, f t = g t) : pack w n f = pack w n g := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih => rw [pack, pack, h 0 (by omega), ih fun t ht => h (t + 1) (by omega)]

theorem pack_add (w n : Nat) (f g : Nat → Nat) : pack w n (fun t => f t + g t) = pack w n f + pack w n g := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih => rw [pack, pack, pack, ih, Nat.mul_add]; omega

theorem pack_mul (w n c : Nat) (f : Nat → Nat) : pack w n (fun t => c * f t) = c * pack w n f := by
  induction n generalizing f with
  | zero => rfl
  | succ n ih => rw [pack, pack, ih, Nat.mul_add, Nat.mul_left_comm]

theorem pack_sub (h : ∀ t < n, g t ≤ f t) : pack w n (fun t => f t - g t) = pack w n f - pack w n g := by
  have : pack w n f = pack w n (fun t => f t - g t) + pack w n g := by
    rw [← pack_add]
    exact pack_congr fun t ht => by have := h t ht; omega
  omega

theorem land_add_mul {a b : Nat} (x y : Nat) (ha : a < 2 ^ w) (hb : b < 2 ^ w) :
    (a + 2 ^ w * x) &&& (b + 2 ^ w * y) = (a &&& b) + 2 ^ w * (x &&& y) := by
  have hm := Nat.and_mod_two_pow (a := a + 2 ^ w * x) (b := b + 2 ^ w * y) (n := w)
  have hd := Nat.and_div_two_pow (a := a + 2 ^ w * x) (b := b + 2 ^ w * y) (n := w)
  have hw := Nat.two_pow_pos w
  rw [Nat.add_mul_mod_self_left, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt ha, Nat.mod_eq_of_lt hb] at hm
  rw [Nat.add_mul_div_left _ _ hw, Nat.add_mul_div_left _ _ hw, Nat.div_eq_of_lt ha, Nat.div_eq_of_lt hb,
    Nat.zero_add, Nat.zero_add] at hd
  rw [← Nat.div_add_mod ((a + 2 ^ w * x) &&& (b + 2 ^ w * y)) (2 ^ w), hm, hd, Nat.add_comm]

theorem pack_land (hf : ∀ t < n, f t < 2 ^ w) (hg : ∀ t < n, g t < 2 ^ w) :
    pack w n f &&& pack w n g = pack w n fun t => f t &&& g t := by
  induction n generalizing f g with
  | zero => exact Nat.and_zero 0
  | succ n ih =>
    rw [pack, pack, pack, land_add_mul _ _ (hf 0 (by omega)) (hg 0 (by omega)),
      ih (fun t ht => hf (t + 1) (by omega)) fun t ht => hg (t + 1) (by omega)]

theorem pack_shiftRight (w n s : Nat) (f : Nat → Nat) : pack w n (fun t => 2 ^ s * f t) >>> s = pack w n f := by
  rw [pack_mul, Nat.shiftRight_eq_div_pow, Nat.mul_div_cancel_left _ (Nat.two_pow_pos s)]

theorem pack_eq_zero (h : pack w n f = 0) : ∀ t < n, f t = 0 := by
  induction n generalizing f with
  | zero => intro t ht; omega
  | succ n ih =>
    rw [pack] at h
    have h₂ : pack w n (fun t => f (t + 1)) = 0 := by
      rcases Nat.mul_eq_zero.mp (show 2 ^ w * pack w n (fun t => f (t + 1)) = 0 by omega) with h | h
      · have := Nat.two_pow_pos w; omega
      · exact h
    intro t ht
    cases t with
    | zero => omega
    | succ t => exact ih h₂ t (by omega)

/-- What `rectify` does to one lane. -/
theorem land_mask {bits shift a : Nat} (hs : shift ≤ bits) (ha : a < 2 ^ (bits + 1)) :
    a &&& (2 ^ bits * (a / 2 ^ bits) - 2 ^ shift * (a / 2 ^ bits)) = 2 ^ shift * ((a - 2 ^ bits) / 2 ^ shift) := by
  have hp := Nat.two_pow_pos bits
  rcases Nat.lt_or_ge a (2 ^ bits) with h | h
  · rw [Nat.div_eq_of_lt h, Nat.sub_eq_zero_of_le (Nat.le_of_lt h)]
    simp
  · have h1 : a / 2 ^ bits = 1 := by
      rw [Nat.pow_succ] at ha
      exact Nat.div_eq_of_lt_le (by omega) (by omega)
    obtain ⟨d, rfl⟩ : ∃ d, bits = d + shift := ⟨bits - shift, by omega⟩
    obtain ⟨r, rfl⟩ : ∃ r, a = 2 ^ (d + shift) + r := ⟨a - 2 ^ (d + shift), by omega⟩
    have hr : r < 2 ^ (d + shift) := by rw [Nat.pow_succ] at ha; omega
    rw [h1, Nat.mul_one, Nat.mul_one, Nat.add_sub_cancel_left]
    have hq : r / 2 ^ shift < 2 ^ d := by
      apply Nat.div_lt_of_lt_mul
      rwa [Nat.mul_comm, ← Nat.pow_add]
    have hd := Nat.two_pow_pos shift
    have e : 2 ^ (d + shift) - 2 ^ shift = 0 + 2 ^ shift * (2 ^ d - 1) := by
      rw [Nat.mul_sub, Nat.pow_add, Nat.mul_comm (2 ^ d)]; omega
    have e' : 2 ^ (d + shift) + r = r % 2 ^ shift + 2 ^ shift * (2 ^ d + r / 2 ^ shift) := by
      rw [Nat.mul_add, ← Nat.mul_comm (2 ^ d), ← Nat.pow_add]
      have := Nat.div_add_mod r (2 ^ shift)
      omega
    rw [e, e', land_add_mul _ _ (Nat.mod_lt _ hd) hd, Nat.and_zero, Nat.zero_add, Nat.and_two_pow_sub_one_eq_mod,
      Nat.add_mod_left, Nat.mod_eq_of_lt hq]

/-- `rectify` works lane by lane. -/
theorem rectify_pack {bits shift : Nat} (hs : shift ≤ bits) (hf : ∀ t < n, f t < 2 ^ (bits + 1)) :
    rectify bits shift (pack (bits + 1) n fun _ => 1) (pack (bits + 1) n f) =
      pack (bits + 1) n fun t => (f t - 2 ^ bits) / 2 ^ shift := by
  show ((pack (bits + 1) n f &&& (pack (bits + 1) n f &&& 2 ^ bits * pack (bits + 1) n fun _ => 1) -
    (pack (bits + 1) n f &&& 2 ^ bits * pack (bits + 1) n fun _ => 1) >>> (bits - shift))) >>> shift = _
  have hlt : 2 ^ bits < 2 ^ (bits + 1) := Nat.pow_lt_pow_right (by omega) (by omega)
  have hone : ∀ t < n, f t / 2 ^ bits ≤ 1 := fun t ht => by
    have := hf t ht
    have : f t / 2 ^ bits < 2 := Nat.div_lt_of_lt_mul (by rw [Nat.pow_succ] at this; omega)
    omega
  have hg : (pack (bits + 1) n f &&& 2 ^ bits * pack (bits + 1) n fun _ => 1) =
      pack (bits + 1) n fun t => 2 ^ bits * (f t / 2 ^ bits) := by
    rw [← pack_mul, pack_land hf fun _ _ => by omega]
    refine pack_congr fun t ht => ?_
    have := hone t ht
    have hd := Nat.two_pow_pos bits
    rw [Nat.mul_one]
    have := land_add_mul (f t / 2 ^ bits) 1 (Nat.mod_lt (f t) hd) hd
    rw [Nat.mul_one, Nat.zero_add, Nat.and_zero, Nat.zero_add, Nat.and_one_is_mod, Nat.mod_add_div,
      Nat.mod_eq_of_lt (show f t / 2 ^ bits < 2 by omega)] at this
    exact this
  have hg' : (pack (bits + 1) n fun t => 2 ^ bits * (f t / 2 ^ bits)) >>> (bits - shift) =
      pack (bits + 1) n fun t => 2 ^ shift * (f t / 2 ^ bits) := by
    refine Eq.trans (congrArg (· >>> (bits - shift)) (pack_congr fun t _ => ?_)) (pack_shiftRight (bits + 1) n (bits - shift) _)
    rw [← Nat.mul_assoc, ← Nat.pow_add, Nat.sub_add_cancel hs]
  have hpow : 2 ^ shift ≤ 2 ^ bits := Nat.pow_le_pow_right (by omega) hs
  rw [hg, hg', ← pack_sub fun t _ => Nat.mul_le_mul_right _ hpow, pack_land hf]
  · exact Eq.trans (congrArg (· >>> shift) (pack_congr fun t ht => land_mask hs (hf t ht))) (pack_shiftRight ..)
  · intro t ht
    have := hone t ht
    have : 2 ^ bits * (f t / 2 ^ bits) ≤ 2 ^ bits * 1 := Nat.mul_le_mul_left _ this
    omega

end PCM
